"""The administrator's office: accounts, roles, tokens; policy editions; what was sent and what waits."""
