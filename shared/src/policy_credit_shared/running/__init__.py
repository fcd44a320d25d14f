"""How a service is started: its roles as processes, its migrations, its composition."""
