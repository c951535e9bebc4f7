--liquibase formatted sql

--changeset eli:25
CREATE TYPE order_status AS ENUM ('new', 'paid', 'sent', 'cancelled');
ALTER TABLE customer_order ALTER COLUMN status DROP DEFAULT;
ALTER TABLE customer_order ALTER COLUMN status TYPE order_status USING status::order_status;
ALTER TABLE customer_order ALTER COLUMN status SET DEFAULT 'new';
--rollback empty

--changeset eli:26 splitStatements:false runOnChange:true
--comment The sum of an order's lines
CREATE OR REPLACE FUNCTION order_total(wanted bigint) RETURNS numeric LANGUAGE sql STABLE AS $$
  SELECT coalesce(sum(quantity * price), 0) FROM order_line WHERE order_id = wanted;
$$;

--changeset eli:27 splitStatements:false runOnChange:true
CREATE OR REPLACE FUNCTION check_stock() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.quantity <= 0 THEN
    RAISE EXCEPTION 'quantity must be positive';
  END IF;
  RETURN NEW;
END;
$$;

--changeset eli:28
CREATE TRIGGER order_line_stock BEFORE INSERT OR UPDATE ON order_line
  FOR EACH ROW EXECUTE FUNCTION check_stock();

--changeset eli:29 dbms:mysql
SET sql_mode = 'ANSI';

--changeset eli:30
--preconditions onFail:MARK_RAN onError:HALT
--precondition-sql-check expectedResult:0 SELECT count(*) FROM pg_views WHERE viewname = 'open_order'
CREATE VIEW open_order AS SELECT * FROM customer_order WHERE status IN ('new', 'paid');

--changeset eli:31 labels:reporting
CREATE MATERIALIZED VIEW product_sales AS
  SELECT p.sku, coalesce(sum(l.quantity), 0) AS sold
  FROM product p LEFT JOIN order_line l ON l.product_id = p.id
  GROUP BY p.sku;
