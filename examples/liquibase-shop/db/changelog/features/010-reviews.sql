--liquibase formatted sql

--changeset fay:38
CREATE TABLE review (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  product_id bigint NOT NULL REFERENCES product (id),
  stars int NOT NULL CHECK (stars BETWEEN 1 AND 5),
  words text
);

--changeset fay:39
CREATE INDEX review_product_ix ON review (product_id);

--changeset fay:40
INSERT INTO review (product_id, stars, words) SELECT id, 5, 'Could not put it down.' FROM product WHERE sku = 'B-001';
