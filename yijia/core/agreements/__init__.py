"""Papers to sign: a template of policy with its fields filled in, frozen before anybody signs."""
