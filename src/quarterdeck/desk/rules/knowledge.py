"""Who may write, publish and retire knowledge, and what the state of an article allows."""

from quarterdeck.core.models import Account, Team
from quarterdeck.core.permission import NounClass, User, holds, sight_of
from quarterdeck.core.vocabulary import Role
from quarterdeck.desk.models import Article, ArticleVersion
from quarterdeck.desk.vocabulary import WORKING_ROLES
from quarterdeck.desk.vocabulary.knowledge import ArticleAudience, ArticleState


def may_write_articles(user: User) -> bool:
    """Whether this account may write knowledge, and read what is not published yet."""
    return holds(user, *WORKING_ROLES)


def reaches_team(user: User, team: Team) -> bool:
    """Whether this account works in a team, or reaches it."""
    sight = sight_of(user, NounClass.ORDINARY, WORKING_ROLES)
    return sight.everything or team.pk in sight.team_keys


def may_decide_on_articles(user: User, article: Article) -> bool:
    """Whether this account answers for an article: its owner, a team lead or a manager."""
    if not isinstance(user, Account) or not may_write_articles(user):
        return False
    owns = user.person_id is not None and article.owner_id == user.person_id
    return owns or may_decide_on_any_article(user)


def may_decide_on_any_article(user: User) -> bool:
    """Whether this account answers also for articles of others, and for those that nobody owns."""
    return holds(user, Role.TEAM_LEAD, Role.IT_MANAGER, Role.ADMINISTRATOR)


def may_publish(user: User, article: Article, version: ArticleVersion) -> bool:
    """Whether this account may publish a version: never whoever wrote it."""
    return may_decide_on_articles(user, article) and version.written_by_id != user.pk


def is_for_requesters(article: Article) -> bool:
    """Whether those who report tickets may read what is published of an article."""
    audiences = {ArticleAudience.EVERYBODY, ArticleAudience.REQUESTERS}
    return article.published_number is not None and article.audience in audiences


def can_submit(article: Article) -> bool:
    """Whether the newest version of an article has not been shown to anybody for review."""
    return article.state in {ArticleState.DRAFT, ArticleState.RETIRED}


def can_retire(article: Article) -> bool:
    """Whether an article is not retired yet."""
    return article.state != ArticleState.RETIRED


def can_confirm(article: Article) -> bool:
    """Whether there is a published version that could be found right."""
    return article.published_number is not None
