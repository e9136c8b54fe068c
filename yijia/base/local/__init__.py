"""What runs beside Yijia on one machine: the embedded PostgreSQL, child processes, local secrets."""
