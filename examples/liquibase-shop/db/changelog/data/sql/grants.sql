CREATE ROLE shop_reader NOLOGIN;
GRANT SELECT ON product, category TO shop_reader;
COMMENT ON TABLE product IS 'Prices are in ${currency}';
