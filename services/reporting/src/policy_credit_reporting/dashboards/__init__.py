"""Dashboards for Grafana, made from the declarations."""
