create view shop.revenue_by_city as
select c.city, count(distinct o.order_id) as orders, sum(l.quantity * p.price) as revenue
from shop.customer c
join shop.customer_order o using (customer_id)
join shop.order_line l using (order_id)
join shop.product p using (product_id)
group by c.city;
