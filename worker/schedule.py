"""What beat asks for, and when. Two beats, or a tick that comes twice, change nothing: the work is found done."""

from celery.schedules import crontab

from planner.mail import queue
from worker import tasks

EACH_MINUTE = crontab()
EACH_QUARTER = crontab(minute="*/15")

# A tick that nobody took in five minutes is of no use: the next ones do the same work.
TICK = {"expires": 300}

SCHEDULE = {
    "deliver what is due": {"task": queue.DELIVER_DUE, "schedule": EACH_MINUTE, "options": TICK},
    "end held and offered seats": {"task": tasks.EXPIRE_SEATS, "schedule": EACH_MINUTE, "options": TICK},
    "remind": {"task": tasks.REMIND, "schedule": EACH_QUARTER, "options": TICK},
    "read and write the imports": {"task": queue.WORK_ON_IMPORTS, "schedule": EACH_MINUTE, "options": TICK},
    "forget old imports": {"task": tasks.ERASE_IMPORTS, "schedule": EACH_QUARTER, "options": TICK},
    "beat is alive": {"task": tasks.HEARTBEAT, "schedule": EACH_MINUTE, "options": TICK},
}
