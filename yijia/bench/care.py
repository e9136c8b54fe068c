"""`bench care`: due lists, the nightly computation and the ward with half a million people and 200,000 running episodes."""

import os
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection, transaction

from yijia.apps.care import jobs, queries
from yijia.apps.care.models import Duty, Episode
from yijia.apps.care.screens import programmes as screens
from yijia.apps.registry.models import Organisation, Team
from yijia.base import scope
from yijia.core.permissions import Actor, Permission, Role

PLACE, HOUSES, TEAMS = "CN-441900", 60, 10
AT = datetime(2025, 6, 16, 1, 0, tzinfo=UTC)
TARGETS = {"due_list_p95_ms": 150.0, "ward_p95_ms": 200.0, "nightly_s": 60.0}
# Of a hundred episodes: so many of each programme.
MIX = (("family_doctor", 55), ("elder_health", 20), ("hypertension", 14), ("diabetes", 6), ("family_bed", 5))


def fill(people: int, episodes: int) -> None:
    """Institutions, teams, residents and running episodes by the database's own hand; once."""
    with transaction.atomic(), scope.whole_system(), connection.cursor() as cursor:
        for statement in _STATEMENTS:
            cursor.execute(
                statement.replace("@MIX@", _mix()),
                {
                    "people": people,
                    "episodes": episodes,
                    "place": PLACE,
                    "houses": HOUSES,
                    "teams": HOUSES * TEAMS,
                    "at": AT,
                },
            )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def run(requests: int, people: int, episodes: int) -> dict[str, Any]:
    """Fill what is not there, compute everything once, then measure."""
    with scope.whole_system():
        first_s = None
        if not Episode.objects.exists():
            fill(people, episodes)
            first_s = _timed(lambda: jobs.compute_due(AT))
        own_s = time.process_time()
        nightly_s = _timed(lambda: jobs.compute_due(AT + timedelta(days=1)))
        own_s = time.process_time() - own_s
        houses = list(Organisation.objects.order_by("pk"))
        teams = list(Team.objects.order_by("pk").values_list("pk", "organisation_id"))
        facts = {
            "residents": _count("registry_resident"),
            "episodes": _count("care_episode"),
            "open_duties": _count("care_duty"),
        }
        due_ms = [_ms(lambda n=n: _due(teams[n * 7 % len(teams)])) for n in range(requests)]
        ward_ms = [_ms(lambda n=n: _ward(houses[n * 7 % len(houses)].pk)) for n in range(requests)]
        beds = Episode.objects.filter(organisation=houses[0], programme="family_bed").count()
        of_team = Duty.objects.filter(team_id=teams[0][0], state="open").count()
    measured = {"due_list_p95_ms": _p95(due_ms), "ward_p95_ms": _p95(ward_ms), "nightly_s": round(nightly_s, 1)}
    return {
        **facts, "beds_of_a_ward": beds, "open_duties_of_a_team": of_team, "due_list_p50_ms": round(statistics.median(due_ms), 1),
        "ward_p50_ms": round(statistics.median(ward_ms), 1), **measured, "nightly_own_cpu_s": round(own_s, 1),
        "load_average": round(os.getloadavg()[0], 1),
        "first_computation_s": first_s and round(first_s, 1), "targets": TARGETS,
        "holds": all(measured[name] <= most for name, most in TARGETS.items()), "cpus": os.cpu_count(),
    }  # fmt: skip


def _due(team: tuple[int, int]) -> None:
    """What the page of a team reads and puts together, grouped by household."""
    actor = _actor(team[1])
    with transaction.atomic():
        scope.set_tenants([team[1]])
        found = queries.due_duties(actor, until=AT + timedelta(days=8), team_id=team[0])
        screens.grouped(found, AT, PLACE)


def _ward(house_id: int) -> None:
    with transaction.atomic():
        scope.set_tenants([house_id])
        screens.ward_of(_actor(house_id), queries.beds_of(_actor(house_id), house_id, ["family_bed"]), AT, PLACE, "")


def _actor(house_id: int) -> Actor:
    return Actor(
        user_id=None,
        role=Role.DOCTOR,
        organisation_ids=frozenset({house_id}),
        jurisdiction=PLACE,
        permissions=frozenset(Permission),
    )


def _timed(act: Callable[[], Any]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def _ms(act: Callable[[], Any]) -> float:
    return _timed(act) * 1000


def _p95(spent: list[float]) -> float:
    ordered = sorted(spent)
    return round(ordered[max(0, -(-len(ordered) * 95 // 100) - 1)], 1)


def _count(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT count(*) FROM "{table}"')  # noqa: S608 - one of three names above
        return int(cursor.fetchone()[0])


def _mix() -> str:
    """An SQL expression: number 0 … 99 → programme."""
    edge, cases = 0, []
    for code, share in MIX:
        edge += share
        cases.append(f"WHEN n / 60 %% 100 < {edge} THEN '{code}'")
    return f"CASE {' '.join(cases)} END"


_STATEMENTS = (
    """INSERT INTO registry_organisation (code, name, name_en, pinyin_initials, jurisdiction, township, kind, level, is_public, is_nonprofit,
         licence_no, licence_valid_until, service_modes, lon, lat, phone, is_active, is_synthetic)
       SELECT 'B' || lpad(n::text, 17, '0'), '演示机构' || n, 'Demo ' || n, 'YSJG', %(place)s, '演示镇', 'hospital', 2, true, true, 'BENCH-' || n,
         '2090-01-01', '["home_bed", "home_round"]', 113.7, 23.0, '000', true, true FROM generate_series(1, %(houses)s) n""",
    """INSERT INTO registry_team (organisation_id, name, kind)
       SELECT (SELECT min(id) FROM registry_organisation) + n %% %(houses)s, '团队' || n, 'family_doctor' FROM generate_series(0, %(teams)s - 1) n""",
    """INSERT INTO registry_household (jurisdiction, township, address_enc, address_masked, lon, lat, is_violent, has_aggressive_dog)
       SELECT %(place)s, '演示镇', ''::bytea, '演示路' || n || '号', 113.7, 23.0, false, false FROM generate_series(1, %(people)s / 2) n""",
    """INSERT INTO registry_resident (name, pinyin, pinyin_initials, sex, born_on, identity_enc, identity_hash, identity_masked, phone_masked,
         jurisdiction, household_id, insured_class, disability_kind, is_disabled_elder, allergies, preferred_sex, speaks, is_synthetic, created_at, version)
       SELECT '演示' || n, 'yanshi', 'YS', '2', date '1930-01-01' + (n %% 12000), ''::bytea, sha256(n::text::bytea), '4419****', '', %(place)s,
         (SELECT min(id) FROM registry_household) + n / 2, 'resident', '', false, '[]', '', '[]', true, %(at)s, 1 FROM generate_series(0, %(people)s - 1) n""",
    """INSERT INTO care_episode (organisation_id, number, client_id, programme, jurisdiction, resident_id, household_id, state, state_at, stated, grade,
         team_id, papers, registered_no, activated_at, cycle_no, cycle_from, cycle_until, next_activity, is_worsening, end_reason, package, setting, created_at, version)
       SELECT t.organisation_id, 'B' || n, gen_random_uuid(), @MIX@, %(place)s, r.id, r.household_id, 'active', %(at)s,
         jsonb_build_object('has_hypertension', n %% 3 = 0, 'has_diabetes_t2', n %% 9 = 0), CASE WHEN n %% 2 = 0 THEN 'severe' ELSE 'moderate' END, t.id,
         '[]', '', %(at)s - (n %% 300) * interval '1 day', 1, date '2025-01-01', date '2026-01-01', '', false, '', '', '', %(at)s, 1
       FROM generate_series(0, %(episodes)s - 1) n
       JOIN registry_resident r ON r.id = (SELECT min(id) FROM registry_resident) + (n * 2 + n / 100 %% 2) %% %(people)s
       JOIN registry_team t ON t.id = (SELECT min(id) FROM registry_team) + n %% %(teams)s""",
    """INSERT INTO care_episoderecord (organisation_id, episode_id, resident_id, kind, activity, serves, cycle_no, "on", persons, content, verdict,
         is_controlled, next_on, is_void, written_at)
       SELECT e.organisation_id, e.id, e.resident_id, 'service', 'bp_follow_up', '["bp_follow_up"]', 1, date '2025-04-01' + (e.id %% 70)::int, '[]', '{}',
         'controlled', true, date '2025-06-30' + (e.id %% 70)::int, false, %(at)s FROM care_episode e WHERE e.programme IN ('hypertension', 'family_doctor')
         AND e.id %% 3 = 0""",
)
