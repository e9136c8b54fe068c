"""From one institution to another: referral up and down, the green channel, remote consultation."""
