"""Words for the codes of policy lookups, policy findings and rules, in Chinese and English.

`sentence(code, facts)` gives both; a code without words is a bug and raises KeyError.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from yijia.base import policy_names
from yijia.core.policy import Evidence

EVIDENCE = {
    Evidence.OFFICIAL: ("官方原文", "official document"),
    Evidence.PRESS: ("媒体报道", "press report"),
    Evidence.SECONDARY: ("二手资料", "secondary copy"),
    Evidence.DERIVED: ("推算", "derived"),
    Evidence.RECALLED: ("凭记忆", "recalled"),
    Evidence.MISSING: ("缺失", "missing"),
}

VERDICTS = {
    "taken": ("采用", "taken"),
    "not_yet": ("尚未生效", "not yet in force"),
    "ended": ("已失效", "no longer in force"),
    "other_class": ("其他参保类别", "for another insured class"),
    "general": ("同级已有该类别的专门规定", "a value for the class beat it"),
    "coarser": ("更近一级已有规定", "a nearer level spoke"),
    "class_needed": ("须先说明参保类别", "depends on the insured class"),
    "missing": ("该地明示未知，就此停止", "says it is unknown; the search stops"),
    "ambiguous": ("同日有两个值", "two values on one day"),
    "weak": ("证据不够", "evidence too weak"),
}

USES = {
    "money": ("动钱", "moving money"),
    "official_result": ("出具正式结论", "an official result"),
    "gate": ("出诊安全门", "the safe-to-go gate"),
    "show": ("展示", "showing"),
}

REFUSALS = {
    "policy.unknown": (
        "{place_zh}在 {on} 没有“{name_zh}”的规定，上级也没有。",
        "Nothing is laid down on “{name_en}” for {place_en} on {on}, at any level.",
    ),
    "policy.missing": (
        "{place_zh}的“{name_zh}”在 {on} 还没有查到文件，不能用别处或上级的规定代替。",
        "No document has been found for “{name_en}” in {place_en} on {on}; no other place's rule stands in for it.",
    ),
    "policy.weak": (
        "“{name_zh}”的依据是{evidence_zh}，{use_zh}要求{demanded_zh}或更好（来源：{titles}）。",
        "“{name_en}” rests on evidence “{evidence_en}”; {use_en} asks for “{demanded_en}” or better (source: {titles}).",
    ),
    "policy.ambiguous": (
        "{place_zh}的“{name_zh}”在 {on} 有两个互相重叠的规定，须先更正政策文件。",
        "“{name_en}” is laid down twice for {place_en} on {on}; mend the policy files first.",
    ),
    "policy.insured_class": (
        "{place_zh}的“{name_zh}”因参保类别而异，请说明参保类别。",
        "“{name_en}” in {place_en} depends on the insured class; say which.",
    ),
}
"""Names, not keys: the key is among the facts of the refusal, for details and for the API."""

FINDINGS = {
    "policy.unreadable": ("第 {line} 行不是合法的 YAML：{problem}", "line {line} is not valid YAML: {problem}"),
    "policy.no_files": ("目录里没有政策文件", "the folder holds no policy file"),
    "policy.not_a_mapping": ("应为键值映射", "a mapping is wanted here"),
    "policy.not_a_list": ("应为列表", "a list is wanted here"),
    "policy.not_text": ("应为文字", "text is wanted here"),
    "policy.not_yes_no": ("应为 true 或 false", "true or false is wanted here"),
    "policy.field_missing": ("缺少此字段", "this field is missing"),
    "policy.unknown_field": ("没有这个字段", "there is no such field"),
    "policy.bad_schema_version": ("版本 {found} 应为 {wanted}", "the version is {found}, not {wanted}"),
    "policy.bad_jurisdiction": ("“{found}”不是地区代码", "“{found}” is not CN or CN- and six digits"),
    "policy.wrong_folder": ("地区 {found} 的文件放在了 {folder}", "a file of {found} lies in {folder}"),
    "policy.unknown_kind": ("没有“{found}”这一类", "there is no kind “{found}”"),
    "policy.bad_owner": ("负责人须有中英文", "the owner needs zh and en"),
    "policy.bad_edition": ("“{found}”应形如 items/2024-09", "“{found}” should look like items/2024-09"),
    "policy.bad_key": ("“{found}”应为 {kind}:名称", "“{found}” should be {kind}:name"),
    "policy.bad_date": ("“{found}”不是日期", "“{found}” is not a date"),
    "policy.empty_period": ("{until} 不晚于 {start}", "{until} is not after {start}"),
    "policy.bad_evidence": ("“{found}”不是证据级别", "“{found}” is not an evidence level"),
    "policy.bad_seen": ("“{found}”不是阅读方式", "“{found}” does not say how it was seen"),
    "policy.null_not_missing": ("值为空时证据须为 missing，不是 {evidence}", "a null value is missing, not {evidence}"),
    "policy.source_missing": ("证据 {evidence} 须有来源", "evidence {evidence} needs a source"),
    "policy.unknown_source": ("来源“{found}”不在 sources.yaml", "source “{found}” is not in sources.yaml"),
    "policy.evidence_above_source": (
        "证据 {evidence} 高于来源的级别 {best}",
        "evidence {evidence} is above its best source, {best}",
    ),
    "policy.note_missing": ("证据 {evidence} 须说明缘由", "evidence {evidence} needs a note"),
    "policy.bad_weaker": (
        "{level} 不低于整个值，或没有该部分",
        "{level} is not weaker than the whole, or there is no such part",
    ),
    "policy.not_a_field": (
        "字段名只能用英文；含逗号的中文要加引号或用中文逗号",
        "field names are ASCII; quote a Chinese text that holds a comma, or use a Chinese comma",
    ),
    "policy.one_language": ("中英文缺一", "one of zh and en is missing"),
    "policy.bad_type": (
        "此处不能有这种数据（例如浮点数、时间）",
        "this kind of data may not be here (a float, a time)",
    ),
    "policy.not_whole_fen": ("金额须为整数分", "money is whole fen"),
    "policy.overlap": ("与 {other} 中的有效期重叠（{start} 起）", "overlaps with {other} (from {start})"),
    "policy.gap": ("{start} 至 {until} 之间没有值", "no value from {start} until {until}"),
    "policy.band_overlap": ("第 {first} 段与第 {second} 段重叠", "bands {first} and {second} overlap"),
    "policy.unknown_vocabulary": ("没有公布过词表“{found}”", "vocabulary “{found}” is not published"),
    "policy.bad_rule": ("第 {line} 行第 {column} 列：{rule_zh}", "line {line}, column {column}: {rule_en}"),
    "policy.bad_example": ("样例写法不对 {problem}", "not a form of example {problem}"),
    "policy.example_failed": ("应得 {wanted}，实得 {found}", "wanted {wanted}, found {found}"),
}

PROGRAMMES = {
    "benefits.field_missing": ("待遇缺少此字段", "the scheme lacks this field"),
    "benefits.bad_choice": ("“{found}”应为 {choices} 之一", "“{found}” should be one of {choices}"),
    "benefits.unknown_scheme": ("没有“{found}”这项待遇", "there is no scheme “{found}”"),
    "benefits.step_twice": ("两档金额同名", "two steps have one id"),
    "benefits.bad_step": (
        "每档须有 id、不为负的 amount_fen 和 unit（{units}）",
        "a step needs id, amount_fen not below zero, and unit ({units})",
    ),
    "benefits.step_never_reached": (
        "前一档没有条件，这一档永远轮不到",
        "the step before has no rule, so this one is never reached",
    ),
    "benefits.bad_offset": ("offset_months 应为 0 至 12", "offset_months should be 0 to 12"),
    "benefits.example_outside": ("样例日期 {on} 不在有效期内", "the example's day {on} lies outside the period"),
    "benefits.bad_example": ("样例写错：{problem}", "the example cannot be run: {problem}"),
    "benefits.example_failed": (
        "样例应为 {wanted}，实为 {found}",
        "the example should give {wanted} and gives {found}",
    ),
    "programmes.field_missing": ("项目文件缺少此字段", "the programme file lacks this field"),
    "programmes.unknown_field": ("项目文件没有这个字段", "a programme file has no such field"),
    "programmes.bad_value": ("此处应为 {wanted}", "{wanted} is wanted here"),
    "programmes.bad_rule": ("规则写法不对（{rule_error}）", "the rule does not hold ({rule_error})"),
    "programmes.widens": (
        "总流程里没有“{found}”，项目只能收窄，不能加宽",
        "the lifecycle has no “{found}”; a programme narrows it, never widens it",
    ),
    "programmes.dead_end": (
        "少了“{found}”，就会有人进得来出不去",
        "without “{found}” somebody could not get in or out",
    ),
    "programmes.unknown_grade": ("没有“{found}”这个等级", "there is no grade “{found}”"),
    "programmes.unknown_activity": ("计划里没有“{found}”", "no plan has “{found}”"),
    "programmes.unknown_reference": ("政策里没有“{found}”", "the policy has no “{found}”"),
    "programmes.nothing_to_extend": (
        "{on} 起没有可以沿用的上级项目",
        "from {on} no coarser programme is there to extend",
    ),
}

RULES = {
    "rules.syntax": ("语法不通：{problem}", "cannot be parsed: {problem}"),
    "rules.not_one_expression": ("须恰好一个表达式，现有 {count} 个", "one expression is wanted, there are {count}"),
    "rules.too_long": ("规则长 {length} 字，最多 {most}", "the rule has {length} characters, {most} at most"),
    "rules.too_deep": ("括号嵌套太深", "nested too deep"),
    "rules.not_allowed": ("规则中不可用“{part}”", "“{part}” is not part of the rule language"),
    "rules.unknown_column": ("词表里没有“{column}”", "“{column}” is not in the vocabulary"),
    "rules.unknown_function": ("没有函数“{function}”", "there is no function “{function}”"),
    "rules.not_boolean": ("此处须为是非判断，却是 {found}", "a yes-or-no part is wanted, this is {found}"),
    "rules.type_mismatch": ("{left} 与 {right} 不能相比", "{left} and {right} do not compare"),
    "rules.no_order": ("{found} 没有大小之分", "{found} has no order"),
    "rules.compared_with_null": (
        "与 NULL 比较永远未知，请用 IS NULL",
        "a comparison with NULL is always unknown; write IS NULL",
    ),
    "rules.bad_parameter": (
        "参数“{parameter}”与列同名，或不是数、日期、文字、是非（{found}）",
        "the parameter “{parameter}” has a column's name, or is no number, date, text or yes/no ({found})",
    ),
    "rules.not_a_choice": (
        "“{column}”只能是 {choices}，没有“{found}”",
        "“{column}” is one of {choices}, not “{found}”",
    ),
    "rules.empty_list": ("IN 后的列表是空的", "the list after IN is empty"),
    "rules.bad_number": ("“{found}”不是规则里的数", "“{found}” is not a number of the rule language"),
    "rules.bad_date": ("“{found}”不是日期", "“{found}” is not a date"),
    "rules.bad_pattern": (
        "LIKE 须是文字列与不含反斜杠的字面样式",
        "LIKE wants a text and a literal pattern without backslash",
    ),
    "rules.bad_argument": ("参数应为 {wanted}，却是 {found}", "the arguments are {wanted}, not {found}"),
}

ASSESSMENT = {
    "assessment.not_a_mapping": ("应为键值映射", "a mapping is wanted here"),
    "assessment.not_a_list": ("应为列表", "a list is wanted here"),
    "assessment.not_a_number": ("“{found}”应为整数", "“{found}” should be a whole number"),
    "assessment.field_missing": ("缺少此字段", "this field is missing"),
    "assessment.unknown_field": ("没有这个字段", "there is no such field"),
    "assessment.bad_status": ("只能是 {allowed}", "one of {allowed} is wanted"),
    "assessment.no_reason": ("未核对的量表须写明缘由", "an instrument that is not ready says why"),
    "assessment.no_name": ("须有中英文名称", "a name in both languages is wanted"),
    "assessment.no_examples": ("须有样例", "worked examples are wanted"),
    "assessment.no_levels": (
        "调整等级要求结果的每一段都有等级",
        "moving a level wants a level on every band of the result",
    ),
    "assessment.no_score": ("“{found}”没有分数，不能相加或比较", "“{found}” has no score to add or compare"),
    "assessment.empty": ("此处不能为空", "this may not be empty"),
    "assessment.twice": ("“{found}”出现两次", "“{found}” stands twice"),
    "assessment.bad_range": ("{found} 不是区间", "{found} is not a range"),
    "assessment.bad_row": ("每行须恰有 {wanted}", "each row has exactly {wanted}"),
    "assessment.unknown_operator": (
        "没有运算“{found}”，只有 {allowed}",
        "there is no operator “{found}”; only {allowed}",
    ),
    "assessment.unknown_reference": ("“{found}”不存在", "there is no “{found}”"),
    "assessment.band_overlap": ("“{first}”与“{second}”在 {at} 分处重叠", "“{first}” and “{second}” overlap at {at}"),
    "assessment.score_without_band": (
        "有 {count} 个可得到的分数不在任何一段：{scores}",
        "{count} scores that can be reached have no band: {scores}",
    ),
    "assessment.wrong_range": ("写的是 {stated}，按选项应为 {found}", "it says {stated}; the options give {found}"),
    "assessment.no_cell": ("表中缺 {row} {column}", "the table has no cell for {row} {column}"),
    "assessment.unreachable_cell": ("表中 {row} × {column} 不可能出现", "{row} × {column} of the table cannot occur"),
    "assessment.example_failed": ("样例应得 {wanted}，实得 {found}", "the example wants {wanted}, found {found}"),
    "assessment.missing": ("“{item}”没有作答", "“{item}” has no answer"),
    "assessment.unknown_item": ("没有“{item}”这一题", "there is no item “{item}”"),
    "assessment.unknown_option": ("没有选项“{found}”，只有 {allowed}", "there is no option “{found}”; only {allowed}"),
    "assessment.not_an_answer": (
        "“{found}”不是选项，应为 {allowed}",
        "“{found}” is not an option; {allowed} is wanted",
    ),
    "assessment.unknown_fact": ("没有“{found}”这个情形，只有 {known}", "there is no fact “{found}”; only {known}"),
    "assessment.bad_fact": ("“{found}”不可用，应为 {wanted}", "“{found}” cannot be used; {wanted} is wanted"),
    "procedures.bad_table": ("流程表有误：{problem}", "the table of moves does not hold: {problem}"),
    "procedures.bad_vote": ("{found} 不是过半数", "{found} is no majority"),
    "procedures.bad_third": (
        "third 一栏、“{state}”这一步和从它出去的 concur、scatter 要配齐",
        "the field third, the state “{state}” and its moves concur and scatter go together",
    ),
    "assessment.bad_json": ("不是合法的 JSON，错在第 {position} 个字", "not valid JSON: {problem}"),
    "assessment.empty_file": ("文件是空的，没有可评的", "the file is empty, there is nothing to score"),
    "assessment.unknown": (
        "{jurisdiction} 在 {on} 没有量表“{found}”",
        "{jurisdiction} has no instrument “{found}” on {on}",
    ),
}

_WORDS = {**REFUSALS, **FINDINGS, **PROGRAMMES, **RULES, **ASSESSMENT}


def sentence(code: str, facts: Mapping[str, Any]) -> tuple[str, str]:
    """The Chinese and the English sentence of a code with its facts."""
    words = {
        "problem": "",
        "at": _shown(facts.get("jurisdiction")),
        **{name: _shown(fact) for name, fact in facts.items()},
    }
    if code in REFUSALS:
        asked = facts.get("jurisdiction")
        place = str(facts.get("at") or asked or "—")
        words["name_zh"], words["name_en"] = policy_names.of_key(str(facts.get("key", "—")), asked)
        words["place_zh"], words["place_en"] = policy_names.of_place(place)
        words["titles"] = policy_names.titles(facts.get("sources", ())) or "—"
    if code == "policy.weak":
        words["evidence_zh"], words["evidence_en"] = EVIDENCE[Evidence(facts["evidence"])]
        words["demanded_zh"], words["demanded_en"] = EVIDENCE[Evidence(facts["demanded"])]
        words["use_zh"], words["use_en"] = USES.get(facts["use"], (facts["use"], facts["use"]))
    if code == "policy.bad_rule":
        words["rule_zh"], words["rule_en"] = sentence(facts["rule_error"], facts["rule_facts"])
    zh, en = _WORDS[code]
    if code in ASSESSMENT and "line" in facts:
        zh, en = f"第 {facts['line']} 行：{zh}", f"line {facts['line']}: {en}"
    return zh.format_map(words), en.format_map(words)


def _shown(fact: Any) -> str:
    if isinstance(fact, (tuple, list)):
        return ", ".join(str(part) for part in fact) or "—"
    if isinstance(fact, date):
        return fact.isoformat()
    return "—" if fact is None else str(fact)
