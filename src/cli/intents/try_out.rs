//! `shophand intents try`: why a message is understood as it is.

use std::fmt::Write;

use anstyle::{AnsiColor, Style};
use anyhow::{Result, bail};
use clap::Args;
use jiff::Timestamp;
use serde_json::json;

use crate::app::{Parts, ShopDir};
use crate::channel::terminal::entity_value;
use crate::decide::{self, decide};
use crate::intents::Placed;
use crate::live::read_intents;
use crate::model::{
    Action, Channel, ChatId, Dialogue, Entity, EntityKind, EntityValue, Identity, Incoming, Input,
    Personalization, ShopperId,
};
use crate::understand::{Explanation, Heard, Near, Rule, Tried, wording};

use super::super::desk::say;
use super::super::output::Output;

const HEAD: Style = Style::new().bold();
const GOOD: Style = AnsiColor::Green.on_default().bold();
const BAD: Style = AnsiColor::Red.on_default();
const MARK: Style = AnsiColor::Cyan.on_default();
const QUIET: Style = Style::new().dimmed();

/// The message, and what the house knows before it.
#[derive(Debug, Args)]
pub struct Try {
    /// A message as a shopper would type it
    text: String,
    /// The language that the shopper's phone is set to, by the name of its folder
    #[arg(long, value_name = "CODE")]
    language: Option<String>,
    /// As if the shop had just asked for it: price, size, email … (a kind of entity)
    #[arg(long, value_name = "ENTITY")]
    as_if_expecting: Option<String>,
    /// Everything as one JSON object
    #[arg(long)]
    json: bool,
}

/// Prints it. For a blocking thread of the runtime.
///
/// # Errors
/// When the shop does not open, or an option names what there is not.
pub fn run(args: &Try, shop: &ShopDir, out: &mut dyn Output) -> Result<i32> {
    let expecting = args.as_if_expecting.as_deref().map(kind).transpose()?;
    let parts = Parts::open(shop, &say)?;
    let at = Timestamp::now();
    let heard = Heard { text: &args.text, language: args.language.as_deref(), expecting, at };
    let explained = tokio::runtime::Handle::current().block_on(parts.understander.explain(heard));
    let action = decided(args, &parts, &explained, at)?;
    let files = read_intents(&shop.root, &parts.facts);
    let places = Places { examples: files.examples(), patterns: files.patterns(), parts: &parts };
    if args.json {
        out.line(&object(&explained, &action, &places).to_string());
        return Ok(0);
    }
    understood(&explained, &parts, out);
    for tried in &explained.rules {
        out.line(&rule(tried, &explained, &places));
    }
    model(&explained, out);
    near(&explained, &places, out);
    entities(&explained, out);
    out.line(&format!(
        "\n{HEAD}Somebody new who says so first gets{HEAD:#} {}  {QUIET}understood in {:.1} ms{QUIET:#}",
        action_text(&action),
        explained.milliseconds
    ));
    Ok(0)
}

fn kind(name: &str) -> Result<EntityKind> {
    let Some(kind) = EntityKind::from_name(name) else {
        let known: Vec<&str> = EntityKind::ALL.iter().map(|kind| kind.name()).collect();
        bail!("there is no entity {name:?}; known: {}", known.join(", "));
    };
    Ok(kind)
}

/// What would be done at the beginning of a conversation.
fn decided(args: &Try, parts: &Parts, explained: &Explanation, at: Timestamp) -> Result<Action> {
    let shopper = ShopperId::parse("somebody")?;
    let incoming = Incoming {
        channel: Channel::Terminal,
        chat: ChatId::parse("try")?,
        shopper: shopper.clone(),
        name: None,
        private: true,
        language: args.language.clone(),
        at,
        input: Input::Text(args.text.clone()),
    };
    let identity =
        Identity { shopper, customer: None, personalization: Personalization::default(), private: true };
    let lists = parts.catalog.at(parts.facts.clock(at)).lists();
    let heard = decide::Heard {
        incoming: &incoming,
        understanding: &explained.understanding,
        tap: None,
        identity: &identity,
        language: parts.intents.language(&explained.understanding.language),
        lists: &lists,
    };
    Ok(decide(&heard, &Dialogue::default()).action)
}

/// Where examples and patterns stand.
struct Places<'p> {
    examples: Vec<Placed>,
    patterns: Vec<Placed>,
    parts: &'p Parts,
}

impl Places<'_> {
    /// The example of that intent with these words, politeness apart.
    fn example(&self, language: &str, intent: &str, words: &str) -> Option<&Placed> {
        let polite = &self.parts.intents.language(language).grammar.polite;
        let own = |p: &&Placed| p.language == language && p.intent.as_str() == intent;
        self.examples.iter().filter(own).find(|placed| wording(&placed.text, polite) == words)
    }

    fn pattern(&self, language: &str, intent: &str, pattern: &str) -> Option<&Placed> {
        let own = |p: &&Placed| p.language == language && p.intent.as_str() == intent;
        self.patterns.iter().filter(own).find(|placed| placed.text == pattern)
    }

    fn near(&self, language: &str, near: &Near) -> Option<&Placed> {
        self.example(language, near.intent.as_str(), &near.wording)
    }
}

fn understood(explained: &Explanation, parts: &Parts, out: &mut dyn Output) {
    let heard = &explained.understanding;
    let title =
        |name| parts.intents.language(&heard.language).intent(name).map(|intent| intent.title.as_str());
    match &heard.intent {
        Some(name) => out.line(&format!(
            "{GOOD}{name}{GOOD:#} “{}”, sure to {:.0} %",
            title(name).unwrap_or_default(),
            heard.confidence * 100.0
        )),
        None => out
            .line(&format!("{BAD}fits no intent{BAD:#}, in scope to {:.0} % only", heard.confidence * 100.0)),
    }
    out.line(&format!("\n{HEAD}Language{HEAD:#}  {}", heard.language));
    let [front, end] = &explained.stripped;
    let polite: Vec<String> =
        [front, end].iter().filter(|part| !part.is_empty()).map(|part| format!("“{part}”")).collect();
    let without = match polite.is_empty() {
        true => String::new(),
        false => format!("  {QUIET}without the polite {}{QUIET:#}", polite.join(" and ")),
    };
    out.line(&format!("{HEAD}Words{HEAD:#}     “{}”{without}", explained.wording));
    if explained.mended != explained.wording {
        out.line(&format!("{HEAD}Read as{HEAD:#}   “{}”", explained.mended));
    }
    out.line("");
    out.line(&format!("{HEAD}Rules{HEAD:#}"));
}

fn rule(tried: &Tried, explained: &Explanation, places: &Places<'_>) -> String {
    let what = match tried.rule {
        Rule::Example => "an example, word for word",
        Rule::Pattern => "a pattern",
        Rule::BareExample => "an example without politeness",
        Rule::BarePattern => "a pattern without politeness",
    };
    let Some(intent) = &tried.intent else {
        return format!("  {QUIET}– {what}: no{QUIET:#}");
    };
    let language = explained.understanding.language.as_str();
    let place = match &tried.pattern {
        Some(pattern) => places.pattern(language, intent.as_str(), pattern),
        None => places.example(language, intent.as_str(), &explained.wording),
    };
    let place = place.map(ToString::to_string).unwrap_or_default();
    let pattern = tried.pattern.as_deref().map(|pattern| format!(" {pattern}")).unwrap_or_default();
    format!("  {GOOD}✓{GOOD:#} {what}: {intent}{pattern}  {QUIET}{place}{QUIET:#}")
}

fn model(explained: &Explanation, out: &mut dyn Output) {
    let Some(scope) = &explained.scope else { return };
    let verdict = match scope.score >= scope.threshold {
        true => format!("{GOOD}in scope{GOOD:#}"),
        false => format!("{BAD}out of scope{BAD:#}"),
    };
    out.line(&format!(
        "\n{HEAD}Model{HEAD:#}     {verdict}: score {:.2}, needs {:.2}",
        scope.score, scope.threshold
    ));
    for candidate in &explained.understanding.alternatives {
        let bar = "█".repeat((candidate.probability * 20.0).round() as usize);
        out.line(&format!(
            "  {:>5.1} %  {:<28} {MARK}{bar}{MARK:#}",
            candidate.probability * 100.0,
            candidate.intent.as_str()
        ));
    }
}

fn near(explained: &Explanation, places: &Places<'_>, out: &mut dyn Output) {
    if explained.nearest.is_empty() {
        return;
    }
    out.line(&format!(
        "\n{HEAD}Nearest examples{HEAD:#}  {QUIET}by meaning and by letters, 1 is the same{QUIET:#}"
    ));
    for example in &explained.nearest {
        let meaning = example.meaning.map_or("   –".to_owned(), |cosine| format!("{cosine:.2}"));
        let place = places.near(&explained.understanding.language, example);
        let place = place.map(ToString::to_string).unwrap_or_default();
        out.line(&format!(
            "  {meaning}  {:.2}  “{}”  {}  {QUIET}{place}{QUIET:#}",
            example.letters, example.wording, example.intent
        ));
    }
}

/// The message with a line under what was read in it.
fn entities(explained: &Explanation, out: &mut dyn Output) {
    let heard = &explained.understanding;
    out.line(&format!("\n{HEAD}Entities{HEAD:#}"));
    out.line(&format!("  {}", heard.text));
    for line in underlined(&heard.text, &heard.entities) {
        out.line(&format!("  {MARK}{line}{MARK:#}"));
    }
    if heard.entities.is_empty() {
        out.line(&format!("  {QUIET}none{QUIET:#}"));
    }
    out.line(&format!("{HEAD}Search words{HEAD:#}  “{}”", heard.search_text));
}

/// Carets under each entity, and under them its kind and value; a label that has no room goes a line further down.
fn underlined(text: &str, entities: &[Entity]) -> Vec<String> {
    let columns = |from: usize, to: usize| {
        let part: String = text.chars().skip(from).take(to.saturating_sub(from)).collect();
        textwrap::core::display_width(&part)
    };
    let mut carets = String::new();
    let mut labels: Vec<String> = Vec::new();
    for entity in entities {
        let start = columns(0, entity.start);
        let width = columns(entity.start, entity.end).max(1);
        let gap = start.saturating_sub(textwrap::core::display_width(&carets));
        let _ = write!(carets, "{}{}", " ".repeat(gap), "^".repeat(width));
        let label = label(entity);
        let room = |line: &&mut String| line.is_empty() || textwrap::core::display_width(line) + 2 <= start;
        if labels.iter_mut().find(room).is_none() {
            labels.push(String::new());
        }
        if let Some(line) = labels.iter_mut().find(room) {
            let gap = start.saturating_sub(textwrap::core::display_width(line));
            let _ = write!(line, "{}{label}", " ".repeat(gap));
        }
    }
    if carets.is_empty() { Vec::new() } else { std::iter::once(carets).chain(labels).collect() }
}

fn label(entity: &Entity) -> String {
    let not = if entity.negated { "not " } else { "" };
    format!("{} = {not}{}", entity.kind.name(), value(&entity.value))
}

fn value(value: &EntityValue) -> String {
    match value {
        EntityValue::Price(range) => match (range.min, range.max) {
            (Some(min), Some(max)) => format!("{min} to {max}"),
            (Some(min), None) => format!("from {min}"),
            (None, Some(max)) => format!("up to {max}"),
            (None, None) => "any".to_owned(),
        },
        EntityValue::Categories(paths) => {
            paths.iter().map(ToString::to_string).collect::<Vec<_>>().join(" or ")
        }
        other => match entity_value(other) {
            serde_json::Value::String(word) => word,
            other => other.to_string(),
        },
    }
}

/// The action with what it is about.
fn action_text(action: &Action) -> String {
    let about = match action {
        Action::Answer { intent } => format!(" of {intent}"),
        Action::Ask(slot) => format!(" for the {} that {} needs", slot.entity.name(), slot.intent),
        Action::Clarify { candidates } => {
            let names: Vec<&str> = candidates.iter().map(|candidate| candidate.intent.as_str()).collect();
            format!(": {}?", names.join(" or "))
        }
        Action::Search { query, .. } | Action::Refine { query, .. } if !query.text.is_empty() => {
            format!(" for “{}”", query.text)
        }
        Action::OrderStatus { number: Some(number), .. } => format!(" of {number}"),
        _ => String::new(),
    };
    format!("{GOOD}{}{GOOD:#}{about}", action.name())
}

fn object(explained: &Explanation, action: &Action, places: &Places<'_>) -> serde_json::Value {
    let language = explained.understanding.language.as_str();
    let nearest: Vec<serde_json::Value> = explained
        .nearest
        .iter()
        .map(|near| {
            let place = places.near(language, near);
            json!({
                "example": near.wording, "intent": near.intent, "meaning": near.meaning, "letters": near.letters,
                "file": place.map(|place| &place.file), "line": place.map(|place| place.line),
            })
        })
        .collect();
    json!({
        "text": explained.understanding.text,
        "language": language,
        "wording": explained.wording,
        "stripped": explained.stripped,
        "intent": explained.understanding.intent,
        "confidence": explained.understanding.confidence,
        "alternatives": explained.understanding.alternatives,
        "rules": explained.rules,
        "scope": explained.scope,
        "nearest": nearest,
        "entities": explained.understanding.entities,
        "search_text": explained.understanding.search_text,
        "action": action,
        "milliseconds": explained.milliseconds,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(kind: EntityKind, text: &str, start: usize) -> Entity {
        Entity {
            kind,
            value: EntityValue::Word(text.to_owned()),
            text: text.to_owned(),
            start,
            end: start + text.chars().count(),
            negated: false,
            meant: None,
        }
    }

    #[test]
    fn every_entity_is_underlined_where_it_stands_and_labels_make_room_for_each_other() {
        let lines = underlined(
            "größe 42 in red",
            &[word(EntityKind::Size, "42", 6), word(EntityKind::Colour, "red", 12)],
        );
        assert_eq!(lines, ["      ^^    ^^^", "      size = 42", "            colour = red"]);
    }
}
