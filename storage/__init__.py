"""Tables, migrations and named queries. One writer gathers changes into shared transactions."""
