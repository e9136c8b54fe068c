"""The auditor's office: who did what, when, to whom; whether the record holds."""
