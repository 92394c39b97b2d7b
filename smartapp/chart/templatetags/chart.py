"""What `base.html` needs from the settings."""

from django import template
from django.conf import settings

register = template.Library()


@register.simple_tag
def idle_s() -> int:
    """Seconds without a person after which the server closes a launch."""
    return int(settings.LAUNCH_IDLE_S)
