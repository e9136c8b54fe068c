"""The shared app's own clockwork: tell the news, send the texts, forget what is past its time."""

from django.conf import settings
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from yijia.base import clock, housekeeping, messages, outbox

AT_ONCE = RetryStrategy(max_attempts=20, wait=1)  # what failed waits for its own turn; the others go on


@app.periodic(cron="* * * * * */5")
@app.task(queue="default", queueing_lock="base.tell_news", name="base.tell_news", retry=AT_ONCE)
def tell_news(timestamp: int) -> None:
    """Deliver what a request could not deliver itself, right after its commit."""
    outbox.drain(at=clock.now())


@app.periodic(cron="* * * * * */10")
@app.task(queue="default", queueing_lock="base.send_texts", name="base.send_texts", retry=AT_ONCE)
def send_texts(timestamp: int) -> None:
    messages.send_due(at=clock.now(), provider=messages.provider(settings.MESSAGE_PROVIDER))


@app.periodic(cron="17 * * * *")
@app.task(queue="default", queueing_lock="base.forget", name="base.forget")
def forget(timestamp: int) -> None:
    housekeeping.forget(clock.now())
