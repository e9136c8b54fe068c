"""A visit on its way: offers, alarms, evidence, plausible values, the dead-man timer."""
