"""Troubles planted in the county, each with a label that says what it is, where it is, and what must catch it."""

from dataclasses import dataclass
from datetime import timedelta

from yijia.apps.registry.models import Credential, Household, Organisation, Resident, Staff
from yijia.demo.county.plan import Client, County, House


@dataclass(frozen=True, slots=True)
class Trouble:
    """One kind of trouble.

    caught_by   the refusal, the gate's rule or the evidence finding that answers it
    """

    code: str
    zh: str
    en: str
    caught_by: str


TROUBLES = {
    trouble.code: trouble
    for trouble in (
        Trouble(
            "expired_registration", "护士注册已过期", "A nurse's registration has expired", "gate:nurse_registration"
        ),
        Trouble(
            "licence_expires",
            "机构执业许可证明日到期",
            "An institution's licence ends tomorrow",
            "gate:institution_licence",
        ),
        Trouble("unfiled_price", "已公布的项目没有备案价格", "A published item without a filed price", "price.unfiled"),
        Trouble("out_of_date_price", "备案价格已过期", "A filed price that is out of date", "price.out_of_date"),
        Trouble("violent_home", "住所有暴力记录", "A home with a record of violence", "gate:home_not_violent"),
        Trouble("infectious_resident", "服务对象处于传染期", "A resident who is infectious", "orders.resident_unfit"),
        Trouble("missing_consent", "没有签知情同意书就派单", "Dispatching without signed consent", "orders.not_signed"),
        Trouble("two_at_once", "同一护士同一时间两单", "Two bookings of one nurse at once", "offers.time_taken"),
        Trouble("location_off", "签到时关闭了定位", "The location was switched off at check-in", "location_missing"),
        Trouble("mocked_location", "签到时使用模拟定位", "The location at check-in was mocked", "location_mocked"),
        Trouble("impossible_travel", "两地之间不可能的行程", "A way nobody can make in that time", "travel_impossible"),
    )
}


def label(code: str, where: str, **ids: int) -> dict[str, object]:
    """A planted trouble as the deployment keeps it."""
    trouble = TROUBLES[code]
    return {
        "code": code,
        "zh": trouble.zh,
        "en": trouble.en,
        "caught_by": trouble.caught_by,
        "where": where,
        "ids": ids,
    }


def plant(county: County) -> list[dict[str, object]]:
    """Plant what stands in registers and files; troubles of conduct happen during the day and are labelled then."""
    main, ending = county.houses[0], county.houses[-1]
    violent, infectious = county.clients[1], county.clients[2]
    found = [_registration(county, main), _licence(county, ending), _violent(violent), _infectious(infectious)]
    for code, item in county.planted_prices.items():
        found.append(label(code, f"{main.name} {item}", organisation_id=main.id))
    return found


def _registration(county: County, house: House) -> dict[str, object]:
    nurse = house.nurses[1]
    Credential.objects.filter(staff_id=nurse.id, kind=Credential.Kind.REGISTRATION).update(valid_until=county.plan.on)
    badge = Staff.objects.values_list("badge_no", flat=True).get(pk=nurse.id)
    return label("expired_registration", f"{house.name} {badge}", staff_id=nurse.id, organisation_id=house.id)


def _licence(county: County, house: House) -> dict[str, object]:
    """Ends on the day of the simulated visits: the day before it still holds."""
    Organisation.objects.filter(pk=house.id).update(licence_valid_until=county.plan.on + timedelta(days=1))
    return label("licence_expires", house.name, organisation_id=house.id)


def _violent(client: Client) -> dict[str, object]:
    Household.objects.filter(pk=client.household_id).update(is_violent=True)
    return label("violent_home", f"{client.house.name} {client.identity_masked}", resident_id=client.id)


def _infectious(client: Client) -> dict[str, object]:
    Resident.objects.filter(pk=client.id).update(is_infectious=True)
    return label("infectious_resident", f"{client.house.name} {client.identity_masked}", resident_id=client.id)
