"""Cases: an application on its way through a procedure, with entries, votes, deadlines and letters."""
