//! One intent's file.

use regex::{Regex, RegexBuilder};

use super::binding::Binding;
use super::marks::{Mark, marks};
use super::types::{Intent, Slot};
use crate::model::{Change, EntityKind, IntentName, LONGEST_TEXT};
use crate::problem::{Place, Report};
use crate::text::{fold, umlaut};
use crate::yaml::tree::{Fields, Node, Text, Value};

pub(super) const KEYS: [&str; 9] =
    ["intent", "title", "action", "with", "slots", "examples", "patterns", "answers", "buttons"];

/// All parameters of actions; each action has its own of them.
pub(super) const WITH_KEYS: [&str; 2] = ["change", "state"];
pub(super) const SLOT_KEYS: [&str; 4] = ["entity", "required", "ask", "again"];

/// The word for each action that a file may bind to.
const ACTIONS: [&str; 35] = [
    "search",
    "refine",
    "back",
    "show_more",
    "recommend",
    "similar",
    "detail",
    "question",
    "values",
    "compare",
    "why",
    "why_price",
    "dismiss",
    "undo",
    "disuse",
    "picks",
    "basket",
    "price_drops",
    "lists",
    "complete",
    "without_history",
    "with_history",
    "answer",
    "greet",
    "help",
    "order_status",
    "orders",
    "link",
    "handoff",
    "privacy",
    "export",
    "forget",
    "personalization",
    "cancel",
    "affirm",
];
const DENY: &str = "deny";

/// The word for each action that a file may bind to.
pub fn action_names() -> impl Iterator<Item = &'static str> {
    ACTIONS.into_iter().chain([DENY])
}

pub(super) const CHANGES: [(&str, Change); 7] = [
    ("cheaper", Change::Cheaper),
    ("dearer", Change::Dearer),
    ("bigger", Change::Bigger),
    ("smaller", Change::Smaller),
    ("other_colour", Change::OtherColour),
    ("other_brand", Change::OtherBrand),
    ("other", Change::Other),
];

/// An intent with what only the checks across files need.
pub(super) struct Parsed {
    pub(super) intent: Intent,
    pub(super) name_place: Place,
    pub(super) example_places: Vec<Place>,
    pub(super) pattern_places: Vec<Place>,
    /// With their places; the intent has the texts alone.
    pub(super) buttons: Vec<Text>,
    pub(super) marks: Vec<(Place, Mark)>,
    /// Texts in which `{variables}` may stand.
    pub(super) spoken: Vec<Text>,
}

/// Reads an intent; `None` when so much is missing that no intent can be made of it.
pub(super) fn read(node: &Node, report: &mut Report<'_>) -> Option<Parsed> {
    let fields = node.fields(&KEYS, report);
    let name = fields.needed("intent", report);
    let title = fields.needed("title", report);
    let binding = binding(&fields, report);
    let slots = slots(&fields, report);
    let (examples, marks) = examples(&fields, report);
    let (patterns, pattern_places): (Vec<_>, Vec<_>) = patterns(&fields, report).into_iter().unzip();
    let answers = fields.texts("answers", report);
    let buttons = fields.texts("buttons", report);
    if fields.get("examples").is_none() && patterns.is_empty() {
        let what = "neither examples nor patterns: nothing would ever mean this intent".to_owned();
        let help = "write `examples:` and below it 12 or more sentences as shoppers type them";
        report.push(fields.place, what, Some(help.to_owned()));
    }
    if binding == Some(Binding::Answer) && answers.is_empty() {
        report.add(fields.place, "the action answer needs \"answers\" with at least one text");
    }
    let name = name?;
    let parsed_name = intent_name(&name, report)?;
    buttons.iter().for_each(|button| not_too_long(button, "button", LONGEST_BUTTON, report));
    let mut spoken = answers.clone();
    spoken.extend(slots.iter().flat_map(|(_, ask)| ask.iter().cloned()));
    let intent = Intent {
        name: parsed_name,
        title: title?.text,
        binding: binding?,
        slots: slots.into_iter().map(|(slot, _)| slot).collect(),
        examples: examples.iter().map(|e| e.text.clone()).collect(),
        patterns,
        answers: answers.into_iter().map(|t| t.text).collect(),
        buttons: buttons.iter().map(|t| t.text.clone()).collect(),
        file: std::path::PathBuf::new(),
    };
    let example_places = examples.iter().map(|e| e.place).collect();
    let name_place = name.place;
    Some(Parsed { intent, name_place, example_places, pattern_places, buttons, marks, spoken })
}

/// The longest button in characters. Telegram shows some forty of them on a telephone.
const LONGEST_BUTTON: usize = 64;

fn not_too_long(text: &Text, what: &str, longest: usize, report: &mut Report<'_>) {
    let length = text.text.chars().count();
    if length > longest {
        let message = format!("this {what} has {length} characters, and may have {longest}");
        report.push(text.place, message, Some("shorten it; perhaps a quote is not closed".to_owned()));
    }
}

/// Names stand in file names, tables and commands too.
fn intent_name(name: &Text, report: &mut Report<'_>) -> Option<IntentName> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if name.text.chars().all(plain) {
        return IntentName::parse(&name.text).map_err(|error| report.add(name.place, error.to_string())).ok();
    }
    let lower = fold(&name.text).text;
    let words: Vec<&str> = lower.split(|c: char| !plain(c)).filter(|word| !word.is_empty()).collect();
    let message =
        format!("{:?} is no intent's name: those are lower-case letters, digits and underscores", name.text);
    let suggestion = (!words.is_empty()).then(|| format!("did you mean {:?}?", words.join("_")));
    report.push(name.place, message, suggestion);
    None
}

fn binding(fields: &Fields<'_>, report: &mut Report<'_>) -> Option<Binding> {
    let action = fields.needed("action", report)?;
    if !action_names().any(|name| name == action.text) {
        report.unknown(action.place, "action", &action.text, action_names());
        return None;
    }
    let parameters: &[&str] = match action.text.as_str() {
        "refine" => &WITH_KEYS[..1],
        "personalization" => &WITH_KEYS[1..],
        _ => &[],
    };
    let with = fields.get("with");
    with.iter().for_each(|node| foreign_parameters(node, parameters, &action, report));
    let with = with.map(|node| node.fields(&WITH_KEYS, report));
    let parameter = |key: &str, report: &mut Report<'_>| with.and_then(|with| with.text(key, report));
    Some(match action.text.as_str() {
        "search" => Binding::Search,
        "refine" => Binding::Refine(match parameter("change", report) {
            Some(word) => Some(change(&word, report)?),
            None => None,
        }),
        "back" => Binding::Back,
        "show_more" => Binding::ShowMore,
        "recommend" => Binding::Recommend,
        "similar" => Binding::Similar,
        "detail" => Binding::Detail,
        "question" => Binding::Question,
        "values" => Binding::Values,
        "compare" => Binding::Compare,
        "why" => Binding::Why,
        "why_price" => Binding::WhyPrice,
        "dismiss" => Binding::Dismiss,
        "undo" => Binding::Undo,
        "disuse" => Binding::Disuse,
        "picks" => Binding::Picks,
        "basket" => Binding::Basket,
        "price_drops" => Binding::PriceDrops,
        "lists" => Binding::Lists,
        "complete" => Binding::Complete,
        "without_history" => Binding::WithoutHistory,
        "with_history" => Binding::WithHistory,
        "answer" => Binding::Answer,
        "greet" => Binding::Greet,
        "help" => Binding::Help,
        "order_status" => Binding::OrderStatus,
        "orders" => Binding::Orders,
        "link" => Binding::Link,
        "handoff" => Binding::Handoff,
        "privacy" => Binding::Privacy,
        "export" => Binding::Export,
        "forget" => Binding::Forget,
        "personalization" => {
            Binding::Personalization { on: state(parameter("state", report), &action, report)? }
        }
        "cancel" => Binding::Cancel,
        "affirm" => Binding::Affirm,
        _ => Binding::Deny,
    })
}

/// Parameters that another action has.
fn foreign_parameters(with: &Node, own: &[&str], action: &Text, report: &mut Report<'_>) {
    let Value::Map(entries) = &with.value else { return };
    for (key, _) in entries {
        if WITH_KEYS.contains(&key.text.as_str()) && !own.contains(&key.text.as_str()) {
            let owner = if key.text == WITH_KEYS[0] { "refine" } else { "personalization" };
            let message = format!("the action {} knows no {:?}", action.text, key.text);
            let suggestion = format!("take it out, or write `action: {owner}`, which does");
            report.add_at(key.place, &key.text, message, Some(suggestion));
        }
    }
}

fn change(word: &Text, report: &mut Report<'_>) -> Option<Change> {
    let found = CHANGES.iter().find(|(name, _)| *name == word.text).map(|(_, change)| *change);
    if found.is_none() {
        report.unknown(word.place, "change", &word.text, CHANGES.iter().map(|(name, _)| *name));
    }
    found
}

fn state(word: Option<Text>, action: &Text, report: &mut Report<'_>) -> Option<bool> {
    match word {
        Some(word) if matches!(word.text.as_str(), "on" | "true") => Some(true),
        Some(word) if matches!(word.text.as_str(), "off" | "false") => Some(false),
        Some(word) => {
            report.unknown(word.place, "state", &word.text, ["on", "off"]);
            None
        }
        None => {
            report
                .add(action.place, "the action personalization needs `with: {state: on}` or `{state: off}`");
            None
        }
    }
}

fn slots(fields: &Fields<'_>, report: &mut Report<'_>) -> Vec<(Slot, Vec<Text>)> {
    let Some(node) = fields.get("slots") else { return Vec::new() };
    let Some(items) = node.items(report) else { return Vec::new() };
    items.iter().filter_map(|item| slot(item, report)).collect()
}

fn slot(node: &Node, report: &mut Report<'_>) -> Option<(Slot, Vec<Text>)> {
    let fields = node.fields(&SLOT_KEYS, report);
    let entity = fields.needed("entity", report)?;
    let required = match fields.text("required", report) {
        None => false,
        Some(word) if word.text == "true" => true,
        Some(word) if word.text == "false" => false,
        Some(word) => {
            report.add(word.place, format!("required is true or false, not {:?}", word.text));
            false
        }
    };
    let ask = fields.texts("ask", report);
    if required && ask.is_empty() {
        report.add(
            fields.place,
            format!("the required slot {:?} needs \"ask\", the question for it", entity.text),
        );
    }
    let again = fields.texts("again", report);
    let kind = entity_kind(&entity, report)?;
    let said = |texts: &[Text]| texts.iter().map(|t| t.text.clone()).collect();
    Some((Slot { entity: kind, required, ask: said(&ask), again: said(&again) }, [ask, again].concat()))
}

/// The kind of that name, or a problem with the nearest one.
pub(super) fn entity_kind(name: &Text, report: &mut Report<'_>) -> Option<EntityKind> {
    let kind = EntityKind::from_name(&name.text);
    if kind.is_none() {
        report.unknown(name.place, "entity", &name.text, EntityKind::ALL.map(EntityKind::name));
    }
    kind
}

fn examples(fields: &Fields<'_>, report: &mut Report<'_>) -> (Vec<Text>, Vec<(Place, Mark)>) {
    let mut plain = Vec::new();
    let mut found = Vec::new();
    let texts = fields.texts("examples", report);
    if let Some(list) =
        fields.get("examples").filter(|list| matches!(&list.value, Value::List(items) if items.is_empty()))
    {
        let what = "\"examples\" is empty".to_owned();
        report.push(
            list.place,
            what,
            Some("write 12 or more as shoppers type them, or take it out".to_owned()),
        );
    }
    for example in texts {
        not_too_long(&example, "example", LONGEST_TEXT, report);
        match marks(&example.text) {
            Ok(marked) => {
                for mark in &marked.marks {
                    entity_kind(&Text { place: example.place, text: mark.entity.clone() }, report);
                }
                found.extend(marked.marks.into_iter().map(|mark| (example.place, mark)));
                plain.push(Text { place: example.place, text: marked.plain });
            }
            Err(why) => report.add(example.place, why),
        }
    }
    (plain, found)
}

fn patterns(fields: &Fields<'_>, report: &mut Report<'_>) -> Vec<(Regex, Place)> {
    let texts = fields.texts("patterns", report);
    texts.iter().filter_map(|text| Some((pattern(text, report)?, text.place))).collect()
}

fn pattern(text: &Text, report: &mut Report<'_>) -> Option<Regex> {
    // Messages are folded before they are matched, so what a pattern spells with umlauts is folded too.
    let spelled: String = text
        .text
        .chars()
        .map(|c| c.to_lowercase().next().and_then(umlaut).map_or_else(|| c.to_string(), str::to_owned))
        .collect();
    match RegexBuilder::new(&spelled).case_insensitive(true).size_limit(1 << 20).build() {
        Ok(regex) => Some(regex),
        Err(error) => {
            let error = error.to_string();
            let why = error.lines().last().unwrap_or_default().trim_start_matches("error: ");
            let help = if why.contains("group") {
                "close the bracket, or write `\\(` or `\\)` for one that shoppers type"
            } else if why.contains("repetition") {
                "write a backslash before a `*`, `+` or `?` that shoppers type"
            } else if why.contains("size limit") {
                "repeat less: `{1000}` within `{1000}` is a million"
            } else {
                "patterns are regular expressions; intents/README.md shows some"
            };
            let message = format!("the pattern {:?} does not compile: {why}", text.text);
            report.push(text.place, message, Some(help.to_owned()));
            None
        }
    }
}
