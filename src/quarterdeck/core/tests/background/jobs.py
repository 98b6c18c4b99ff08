"""What a worker of this app finds: the jobs, one of them started by the clock."""

from datetime import timedelta

from quarterdeck.core.jobs import scheduled
from quarterdeck.core.tests.background import work

# Declared here and not beside the job, so that it stays unknown in the process of the tests.
scheduled(every=timedelta(hours=1))(work.strike)
