"""Who is counted: one SELECT a subject, giving the columns of its vocabulary and what a list shows."""

from yijia.core.measures import Subject

# Each takes %(on)s (the date), %(year)s (its 1 January), %(places)s (a LIKE pattern of jurisdictions) and
# %(organisations)s (ids, or NULL for the whole place). `label` is masked where it names a person.
SELECTS: dict[Subject, str] = {
    Subject.RESIDENT: """
        SELECT r.id, left(r.name, 1) || '**' AS label, h.township AS place, keeper.organisation_id, NULL::date AS happened_on,
               (r.died_on IS NULL OR r.died_on > %(on)s) AS is_alive,
               date_part('year', age(%(on)s, r.born_on))::int AS age, r.sex, r.is_disabled_elder,
               family_doctor.resident_id IS NOT NULL AS has_family_doctor,
               integrated.resident_id IS NOT NULL AS had_integrated_care,
               managed.resident_id IS NOT NULL AS had_health_management,
               rounds.resident_id IS NOT NULL AS had_home_round
          FROM registry_resident r
          JOIN registry_household h ON h.id = r.household_id
          LEFT JOIN (SELECT resident_id, min(organisation_id) AS organisation_id FROM registry_residentlink
                      WHERE kind = 'record_keeper' AND since_on <= %(on)s AND (until_on IS NULL OR until_on > %(on)s)
                      GROUP BY resident_id) keeper ON keeper.resident_id = r.id
          LEFT JOIN (SELECT DISTINCT resident_id FROM agreements_agreement
                      WHERE kind = 'family_doctor' AND signed_at IS NOT NULL AND valid_from <= %(on)s AND revoked_at IS NULL
                        AND (valid_until IS NULL OR valid_until > %(on)s)) family_doctor ON family_doctor.resident_id = r.id
          LEFT JOIN (SELECT DISTINCT resident_id FROM care_contact WHERE kind = 'integrated_care' AND "on" BETWEEN %(year)s AND %(on)s)
                    integrated ON integrated.resident_id = r.id
          LEFT JOIN (SELECT DISTINCT resident_id FROM care_contact WHERE kind = 'health_management' AND "on" BETWEEN %(year)s AND %(on)s)
                    managed ON managed.resident_id = r.id
          LEFT JOIN (SELECT DISTINCT resident_id FROM care_contact WHERE kind = 'home_round' AND "on" BETWEEN %(year)s AND %(on)s)
                    rounds ON rounds.resident_id = r.id
         WHERE r.jurisdiction LIKE %(places)s
           AND (%(organisations)s::bigint[] IS NULL OR keeper.organisation_id = ANY (%(organisations)s::bigint[]))""",
    Subject.STAFF: """
        SELECT s.id, s.badge_no AS label, o.name AS place, s.organisation_id, NULL::date AS happened_on, s.is_active, s.profession,
               EXISTS (SELECT 1 FROM registry_credential c WHERE c.staff_id = s.id AND c.kind = 'online_training'
                        AND c.valid_from BETWEEN %(year)s AND %(on)s) AS had_online_training,
               s.profession = 'nurse' AND EXISTS (SELECT 1 FROM registry_credential c WHERE c.staff_id = s.id
                        AND c.kind = 'pre_service_training' AND c.valid_from <= %(on)s
                        AND (c.valid_until IS NULL OR c.valid_until > %(on)s)) AS is_home_nurse
          FROM registry_staff s JOIN registry_organisation o ON o.id = s.organisation_id
         WHERE o.jurisdiction LIKE %(places)s
           AND (%(organisations)s::bigint[] IS NULL OR s.organisation_id = ANY (%(organisations)s::bigint[]))""",
    Subject.ORGANISATION: """
        SELECT o.id, o.name AS label, o.township AS place, o.id AS organisation_id, NULL::date AS happened_on, o.is_active, o.kind, o.level,
               EXISTS (SELECT 1 FROM catalogue_offereditem i WHERE i.organisation_id = o.id AND i.state = 'published') AS offers_home_nursing
          FROM registry_organisation o
         WHERE o.jurisdiction LIKE %(places)s
           AND (%(organisations)s::bigint[] IS NULL OR o.id = ANY (%(organisations)s::bigint[]))""",
    Subject.ITEM: """
        SELECT min(i.id) AS id, i.item_code AS label, count(*)::text AS place, NULL::bigint AS organisation_id, NULL::date AS happened_on,
               true AS is_in_use
          FROM catalogue_offereditem i JOIN registry_organisation o ON o.id = i.organisation_id
         WHERE i.state = 'published' AND o.jurisdiction LIKE %(places)s
           AND (%(organisations)s::bigint[] IS NULL OR i.organisation_id = ANY (%(organisations)s::bigint[]))
         GROUP BY i.item_code""",
    Subject.ORDER: """
        SELECT d.id, d.number AS label, o.name AS place, d.organisation_id, v.planned_from::date AS happened_on, d.state, d.channel,
               v.finished_at IS NOT NULL AND d.state <> 'aborted' AS is_done, d.created_at >= %(year)s AS is_asked_this_year,
               d.state = 'cancelled' AS is_cancelled, v.arrived_at <= v.planned_from AS is_on_time,
               e.verdict = 'strong' AS has_strong_evidence, g.stars,
               EXISTS (SELECT 1 FROM supervision_complaint c WHERE c.order_id = d.id) AS has_complaint
          FROM care_order d
          JOIN registry_organisation o ON o.id = d.organisation_id
          LEFT JOIN visits_visit v ON v.order_id = d.id
          LEFT JOIN visits_evidencescore e ON e.visit_id = v.id
          LEFT JOIN visits_rating g ON g.visit_id = v.id
         WHERE d.jurisdiction LIKE %(places)s AND d.created_at < %(on)s::date + 1
           AND (%(organisations)s::bigint[] IS NULL OR d.organisation_id = ANY (%(organisations)s::bigint[]))""",
}
