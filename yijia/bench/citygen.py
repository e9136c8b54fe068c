"""A seeded generator of one home-care city day, and its exact scorer; the same arguments give the same bytes anywhere.

World. A square of `size` km. People live in towns (Zipf weights, Gaussian spread) and a rural remainder. Institutions
stand near town centres; each caregiver belongs to one and begins and ends the day at home. Travel: detour 1.3 of the
straight line at 28, 42 or 60 km/h by distance, plus 2 minutes, rounded up; 0 between equal points.

Visits have a duration, a hard window, one skill of six, a priority 1 (can wait) to 5 (vital); some are optional, most
name a usual caregiver, a few avoid one. `sync` links: same start, two caregivers; `prec` links: a gap between starts.
Caregivers have grades of skills, a shift, a lunch of 30 minutes, at most 12 visits and 30 minutes of overtime.

Score: 1000 * priority of each mandatory visit left out + 100 * of each optional one + travel + 2 * overtime minutes
+ 5 * visits not given to their usual caregiver.

The scorer mends its model in one point: lunch lies wholly inside its window, as the description says; the original let
it only begin there. It also names unknown caregivers and visits instead of failing on them.
"""

import json
import math
import random

SKILLS = ("care", "hygiene", "nursing", "injection", "wound", "physio")
GRADES = {  # name: (share, skills)
    "aide": (0.46, ("care", "hygiene")),
    "nurse": (0.34, ("care", "hygiene", "nursing", "injection")),
    "senior": (0.12, ("care", "hygiene", "nursing", "injection", "wound")),
    "physio": (0.08, ("care", "physio")),
}
NEED = (("care", 0.30), ("hygiene", 0.27), ("nursing", 0.17), ("injection", 0.12), ("wound", 0.07), ("physio", 0.07))
SHIFTS = ((0.38, 420, 900), (0.27, 780, 1260), (0.25, 480, 1020), (0.10, 480, 780))


def travel_minutes(a, b):
    """Travel time in whole minutes between two (x, y) points in metres."""
    dx, dy = a[0] - b[0], a[1] - b[1]
    km = math.sqrt(dx * dx + dy * dy) / 1000.0
    if km == 0:
        return 0
    speed = 28.0 if km < 5 else 42.0 if km < 15 else 60.0
    return math.ceil(1.3 * km / speed * 60.0 + 2.0 - 1e-9)


def pick(rng, pairs):
    u = rng.random()
    for value, p in pairs:
        u -= p
        if u < 0:
            return value
    return pairs[-1][0]


def generate(visits=2000, caregivers=300, seed=1, size=60, districts=None, sync=0.06, prec=0.04, events=0):
    rng = random.Random(f"citygen-1:{visits}:{caregivers}:{seed}:{size}:{districts}:{sync}:{prec}")
    k = districts or max(6, round(caregivers / 40))
    lim = size * 1000

    def clip(v):
        return int(min(max(v, 0), lim))

    towns = []
    for i in range(k):
        towns.append(
            (rng.uniform(0.08, 0.92) * lim, rng.uniform(0.08, 0.92) * lim, rng.uniform(1200, 4000), 1 / (i + 1) ** 0.7)
        )
    weights = [t[3] for t in towns]

    def place():
        if rng.random() < 0.12:
            p = (clip(rng.uniform(0, lim)), clip(rng.uniform(0, lim)))
            return p, min(range(k), key=lambda i: (towns[i][0] - p[0]) ** 2 + (towns[i][1] - p[1]) ** 2)
        i = rng.choices(range(k), weights)[0]
        t = towns[i]
        return (clip(rng.gauss(t[0], t[2])), clip(rng.gauss(t[1], t[2]))), i

    inst = [{"id": f"I{i:03d}", "district": i, "xy": [clip(t[0]), clip(t[1])]} for i, t in enumerate(towns)]
    cgs = []
    for i in range(caregivers):
        d = i if i < k else rng.choices(range(k), weights)[0]
        g = pick(rng, [(n, s[0]) for n, s in GRADES.items()])
        s, e = pick(rng, [((a, b), p) for p, a, b in SHIFTS])
        t = towns[d]
        a, r = rng.uniform(0, 2 * math.pi), 8000 * math.sqrt(rng.random())
        cgs.append(
            {
                "id": f"C{i:04d}",
                "institution": inst[d]["id"],
                "district": d,
                "grade": g,
                "skills": list(GRADES[g][1]),
                "home": [clip(t[0] + r * math.cos(a)), clip(t[1] + r * math.sin(a))],
                "shift": [s, e],
                "overtime_max": 30,
                "max_visits": 12,
                "break": [690, 840, 30] if e - s > 360 and s < 700 else ([1020, 1140, 30] if e - s > 360 else None),
            }
        )
    by_skill = {s: [c for c in cgs if s in c["skills"]] for s in SKILLS}
    for s in SKILLS:
        if not by_skill[s]:
            raise SystemExit(f"no caregiver has skill {s}: use more caregivers")

    def one(vid, pid, p, d, skill, dur, tw, pri, opt):
        near = sorted(by_skill[skill], key=lambda c: (c["home"][0] - p[0]) ** 2 + (c["home"][1] - p[1]) ** 2)[:8]
        ok = [c for c in near if c["shift"][0] <= tw[0] + 30 and c["shift"][1] >= tw[1] + dur - 30] or near
        return {
            "id": vid,
            "patient": pid,
            "district": d,
            "xy": list(p),
            "skill": skill,
            "duration": dur,
            "tw": list(tw),
            "priority": pri,
            "optional": opt,
            "usual": rng.choice(ok)["id"] if rng.random() < 0.6 else None,
            "avoid": [rng.choice(near)["id"]] if rng.random() < 0.03 else [],
        }

    def window(dur):
        w = rng.choice((60, 90, 120, 120, 180, 240))
        centre = pick(rng, ((rng.gauss(540, 70), 0.45), (rng.gauss(740, 60), 0.25), (rng.gauss(1000, 80), 0.30)))
        a = int(min(max(centre - w / 2, 430), 1200 - w - dur) // 5 * 5)
        return [a, a + w]

    vs, links, n, pid = [], [], 0, 0
    while n < visits:
        p, d = place()
        dur, skill = rng.choice((30, 30, 35, 45, 45, 60)), pick(rng, NEED)
        pri, opt = rng.choices((1, 2, 3, 4, 5), (15, 30, 35, 15, 5))[0], rng.random() < 0.04
        tw, u = window(dur), rng.random()
        vid, pname = f"V{n:05d}", f"P{pid:05d}"
        pid += 1
        if u < (sync + prec) / 2 and n + 2 <= visits:  # each pair makes two records
            a = one(vid, pname, p, d, skill, dur, tw, pri, False)
            if u < sync / 2:
                b = one(f"V{n + 1:05d}", pname, p, d, "care", dur, tw, pri, False)
                links.append({"type": "sync", "a": a["id"], "b": b["id"]})
            else:
                gap = rng.choice((60, 90, 120))
                b = one(
                    f"V{n + 1:05d}",
                    pname,
                    p,
                    d,
                    pick(rng, NEED),
                    30,
                    [tw[0] + gap, min(tw[1] + gap + 60, 1230)],
                    pri,
                    False,
                )
                links.append({"type": "prec", "a": a["id"], "b": b["id"], "min_gap": gap, "max_gap": gap + 60})
            vs += [a, b]
            n += 2
        else:
            vs.append(one(vid, pname, p, d, skill, dur, tw, pri, opt))
            n += 1
    ev = []
    er = random.Random(f"citygen-events-1:{visits}:{caregivers}:{seed}:{events}")
    for i in range(events):
        t, kind = er.randint(450, 1080), er.choices(("emergency", "cancel", "sick", "delay"), (50, 25, 10, 15))[0]
        if kind == "emergency":
            v = er.choice(vs)
            p = [clip(v["xy"][0] + er.gauss(0, 1500)), clip(v["xy"][1] + er.gauss(0, 1500))]
            ev.append(
                {
                    "t": t,
                    "type": kind,
                    "visit": {
                        "id": f"E{i:04d}",
                        "patient": f"PE{i:04d}",
                        "district": v["district"],
                        "xy": p,
                        "skill": er.choice(("nursing", "injection", "wound", "care")),
                        "duration": 45,
                        "tw": [t, t + er.choice((30, 45, 60, 90))],
                        "priority": 5,
                        "optional": False,
                        "usual": None,
                        "avoid": [],
                    },
                }
            )
        elif kind == "cancel":
            ev.append({"t": t, "type": kind, "visit": er.choice(vs)["id"]})
        elif kind == "sick":
            ev.append({"t": t, "type": kind, "caregiver": er.choice(cgs)["id"]})
        else:
            ev.append({"t": t, "type": kind, "caregiver": er.choice(cgs)["id"], "minutes": er.choice((10, 15, 20, 30))})
    ev.sort(key=lambda e: (e["t"], json.dumps(e, sort_keys=True)))
    return {
        "format": "citygen-1",
        "seed": seed,
        "size_km": size,
        "skills": list(SKILLS),
        "institutions": inst,
        "caregivers": cgs,
        "visits": vs,
        "links": links,
        "events": ev,
    }


def score(world, sol):
    """Check a solution; returns a dict with the parts. Raises ValueError at the first broken hard rule."""
    V = {v["id"]: v for v in world["visits"]}
    C = {c["id"]: c for c in world["caregivers"]}
    start, who, travel, over, used = {}, {}, 0, 0, 0
    for cid, route in sol["routes"].items():
        if cid not in C:
            raise ValueError(f"unknown caregiver {cid}")
        c = C[cid]
        if not route:
            continue
        used += 1
        if len(route) > c["max_visits"]:
            raise ValueError(f"{cid}: more than {c['max_visits']} visits")
        # first departure from home may be any time from shift start
        t, pos, brk, done = c["shift"][0], c["home"], sol.get("breaks", {}).get(cid), c["break"] is None
        for vid, s in route:
            if vid not in V:
                raise ValueError(f"unknown visit {vid}")
            v = V[vid]
            if vid in start:
                raise ValueError(f"{vid} served twice")
            if v["skill"] not in c["skills"] or cid in v["avoid"]:
                raise ValueError(f"{cid} may not serve {vid}")
            tr = travel_minutes(pos, v["xy"])
            need = t + tr
            if not done and brk is not None and brk <= s - tr:  # lunch is taken before leaving for this visit
                if brk < t:
                    raise ValueError(f"{cid}: break overlaps a visit")
                need, done = brk + c["break"][2] + tr, True
            if s < need or s < v["tw"][0] or s > v["tw"][1]:
                raise ValueError(f"{cid} cannot start {vid} at {s} (ready {need}, window {v['tw']})")
            travel += tr
            start[vid], who[vid], t, pos = s, cid, s + v["duration"], v["xy"]
        if not done and brk is not None and brk >= t:  # lunch after the last visit, before going home
            t, done = brk + c["break"][2], True
        if not done:
            raise ValueError(f"{cid}: no break")
        if c["break"] and not (c["break"][0] <= brk and brk + c["break"][2] <= c["break"][1]):
            raise ValueError(f"{cid}: break at {brk} outside {c['break']}")
        back = travel_minutes(pos, c["home"])
        travel, t = travel + back, t + back
        over += max(0, t - c["shift"][1])
        if t > c["shift"][1] + c["overtime_max"]:
            raise ValueError(f"{cid}: home at {t}, shift {c['shift']}")
    for ln in world["links"]:
        a, b = ln["a"], ln["b"]
        if (a in start) != (b in start):
            raise ValueError(f"pair {a},{b} served in part")
        if a in start:
            gap = start[b] - start[a]
            if ln["type"] == "sync" and (gap or who[a] == who[b]):
                raise ValueError(f"sync {a},{b} broken")
            if ln["type"] == "prec" and not ln["min_gap"] <= gap <= ln["max_gap"]:
                raise ValueError(f"prec {a},{b} gap {gap}")
    miss = [v for v in world["visits"] if v["id"] not in start]
    must, opt = [v for v in miss if not v["optional"]], [v for v in miss if v["optional"]]
    cont = sum(1 for i, c in who.items() if V[i]["usual"] and V[i]["usual"] != c)
    total = (
        1000 * sum(v["priority"] for v in must) + 100 * sum(v["priority"] for v in opt) + travel + 2 * over + 5 * cont
    )
    return {
        "score": total,
        "served": len(start),
        "unserved": len(must),
        "unserved_optional": len(opt),
        "travel": travel,
        "overtime": over,
        "not_usual": cont,
        "caregivers_used": used,
    }
