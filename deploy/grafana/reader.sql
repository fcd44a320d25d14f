-- The user that Grafana reads figures as: psql -v password=… -f deploy/grafana/reader.sql, by who
-- may create roles, in the reporting service's database, after `policy-credit migrate reporting`.
CREATE ROLE grafana LOGIN PASSWORD :'password' IN ROLE policy_credit_dashboards;
ALTER ROLE grafana SET default_transaction_read_only = on;
ALTER ROLE grafana SET statement_timeout = '15s';
