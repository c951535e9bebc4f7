create table shop.customer (
  customer_id integer generated always as identity primary key,
  name        text not null,
  city        text not null
);

create table shop.product (
  product_id integer generated always as identity primary key,
  name       text not null unique,
  price      numeric(10, 2) not null check (price > 0)
);

create table shop.customer_order (
  order_id    integer generated always as identity primary key,
  customer_id integer not null references shop.customer,
  ordered_on  date not null
);

create table shop.order_line (
  order_id   integer not null references shop.customer_order,
  product_id integer not null references shop.product,
  quantity   integer not null check (quantity > 0),
  primary key (order_id, product_id)
);
