"""The WSGI entry: granian serves `application`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yijia.config.settings")
application = get_wsgi_application()
