"""Every signed paper: service agreement, informed consent, family-doctor contract."""
