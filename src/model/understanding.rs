//! What a message means.

use std::sync::Arc;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{AttributeFilter, CategoryPath, IntentName, OrderNumber, PriceRange, Rung, Sort};

/// The kinds of entity that code can read. The values of the first nine come from files and the catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntityKind {
    /// A category of the catalogue.
    Category,
    /// A brand of the catalogue.
    Brand,
    /// A colour.
    Colour,
    /// A size: `M`, `42`, `8.5`.
    Size,
    /// What it is made of.
    Material,
    /// For whom.
    Audience,
    /// What for.
    Occasion,
    /// What it can do.
    Feature,
    /// When in the year.
    Season,
    /// A bound on the price.
    Price,
    /// How many.
    Quantity,
    /// The number of an order.
    OrderNumber,
    /// "the second one".
    Ordinal,
    /// An e-mail address.
    Email,
    /// A phone number.
    Phone,
    /// A day, or some days.
    Date,
    /// How old somebody is.
    Age,
    /// "the cheapest", "best rated first".
    Sort,
    /// A column of the catalogue by its name, with or without a condition on it: "16 GB ram", "vanilla", "which colours".
    Attribute,
}

impl EntityKind {
    /// Every kind, in the order of the table in `intents/README.md`.
    pub const ALL: [EntityKind; 19] = [
        EntityKind::Category,
        EntityKind::Brand,
        EntityKind::Colour,
        EntityKind::Size,
        EntityKind::Material,
        EntityKind::Audience,
        EntityKind::Occasion,
        EntityKind::Feature,
        EntityKind::Season,
        EntityKind::Price,
        EntityKind::Quantity,
        EntityKind::OrderNumber,
        EntityKind::Ordinal,
        EntityKind::Email,
        EntityKind::Phone,
        EntityKind::Date,
        EntityKind::Age,
        EntityKind::Sort,
        EntityKind::Attribute,
    ];

    /// The kinds whose words stand in `intents/<language>/entities/`; a product has them as attributes.
    pub const FROM_FILES: [EntityKind; 7] = [
        EntityKind::Colour,
        EntityKind::Size,
        EntityKind::Material,
        EntityKind::Audience,
        EntityKind::Occasion,
        EntityKind::Feature,
        EntityKind::Season,
    ];

    /// Whether it says what a product should be like, rather than what it is or which one.
    pub fn is_condition(self) -> bool {
        Self::FROM_FILES.contains(&self) || matches!(self, EntityKind::Brand | EntityKind::Price)
    }

    /// The word for it in files and JSON.
    pub fn name(self) -> &'static str {
        match self {
            EntityKind::Category => "category",
            EntityKind::Brand => "brand",
            EntityKind::Colour => "colour",
            EntityKind::Size => "size",
            EntityKind::Material => "material",
            EntityKind::Audience => "audience",
            EntityKind::Occasion => "occasion",
            EntityKind::Feature => "feature",
            EntityKind::Season => "season",
            EntityKind::Price => "price",
            EntityKind::Quantity => "quantity",
            EntityKind::OrderNumber => "order_number",
            EntityKind::Ordinal => "ordinal",
            EntityKind::Email => "email",
            EntityKind::Phone => "phone",
            EntityKind::Date => "date",
            EntityKind::Age => "age",
            EntityKind::Sort => "sort",
            EntityKind::Attribute => "attribute",
        }
    }

    /// The kind of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// Which of the things just shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ordinal {
    /// 1 is the first.
    Nth(u32),
    /// The last.
    Last,
    /// Counted from the end: 1 is the last, 2 the one before it.
    FromEnd(u32),
}

/// Days of the calendar, the first and the last included; one day is its own range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DateRange {
    /// The first day.
    pub from: Date,
    /// The last day.
    pub to: Date,
}

impl DateRange {
    /// One day.
    pub fn day(day: Date) -> Self {
        DateRange { from: day, to: day }
    }

    /// Whether a day is among them.
    pub fn contains(&self, day: Date) -> bool {
        (self.from..=self.to).contains(&day)
    }
}

/// What an entity stands for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntityValue {
    /// A canonical word: `navy`, `leather`, `Fellstride`.
    Word(String),
    /// The categories that the words may mean.
    Categories(Vec<CategoryPath>),
    /// Bounds.
    Price(PriceRange),
    /// How many.
    Number(u32),
    /// Which one.
    Ordinal(Ordinal),
    /// An order.
    Order(OrderNumber),
    /// An address, lower case.
    Email(String),
    /// A phone number: its digits, with `+` before a country code.
    Phone(String),
    /// Days, in UTC.
    Dates(DateRange),
    /// An age in whole months.
    Age(u32),
    /// The order that results shall have.
    Sort(Sort),
    /// A condition on an attribute. The bare name of one is a [`EntityValue::Word`].
    Attribute(AttributeFilter),
}

/// A part of the message that means something by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entity {
    /// Its kind.
    pub kind: EntityKind,
    /// Its meaning.
    pub value: EntityValue,
    /// The words as written.
    pub text: String,
    /// Where they begin, in characters of the message as written.
    pub start: usize,
    /// Where they end, exclusive, in characters.
    pub end: usize,
    /// "not black", "without leather".
    pub negated: bool,
    /// The words that these were taken for, when their spelling was corrected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub meant: Option<String>,
}

impl Entity {
    /// Whether it says what a product should be like.
    pub fn is_condition(&self) -> bool {
        self.kind.is_condition() || matches!(self.value, EntityValue::Attribute(_))
    }

    /// The attribute that it names without any condition on it: "which colours".
    pub fn bare_attribute(&self) -> Option<&str> {
        match &self.value {
            EntityValue::Word(name) if self.kind == EntityKind::Attribute => Some(name),
            _ => None,
        }
    }
}

/// An intent that the message may have, with its probability.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Candidate {
    /// Which.
    pub intent: IntentName,
    /// 0 to 1; the candidates of one message add up to at most 1.
    pub probability: f32,
}

/// How the intent was found: the first step of the cascade that was sure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Via {
    /// A button or a command said it outright.
    Certain,
    /// The message is an example of the intent, word for word.
    Example,
    /// This pattern of the intent's file matched.
    Pattern(String),
    /// The intent model.
    Model,
    /// Without the encoder: words alone.
    Lexical,
    /// Nothing fitted.
    Nothing,
}

/// What was understood of one message.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Understanding {
    /// The message as written, or the part of it that this is about; the places of entities count within it.
    pub text: String,
    /// ISO 639-1 code of the language whose intents answer.
    pub language: String,
    /// The intent, or `None` when nothing fits: out of scope.
    pub intent: Option<IntentName>,
    /// How sure we are that the message is in scope and means that intent, 0 to 1.
    pub confidence: f32,
    /// The best intents, best first, the chosen one among them.
    pub alternatives: Vec<Candidate>,
    /// How it was found.
    pub via: Via,
    /// The entities, in the order of the message.
    pub entities: Vec<Entity>,
    /// The words that remain for a product search: normalised, without entities that are filters and without filler.
    pub search_text: String,
    /// Which rung of the ladder answered, when not the first.
    pub degraded: Option<Rung>,
    /// The one embedding of the message: 384 dimensions, unit length. Absent when no model was asked.
    #[serde(skip)]
    pub embedding: Option<Arc<[f32]>>,
}

impl Understanding {
    /// What a button, a command or a picture means: nothing needs to be guessed.
    pub fn certain(text: &str, language: &str) -> Self {
        Understanding {
            text: text.to_owned(),
            language: language.to_owned(),
            intent: None,
            confidence: 1.0,
            alternatives: Vec::new(),
            via: Via::Certain,
            entities: Vec::new(),
            search_text: String::new(),
            degraded: None,
            embedding: None,
        }
    }

    /// The entities of one kind.
    pub fn of_kind(&self, kind: EntityKind) -> impl Iterator<Item = &Entity> {
        self.entities.iter().filter(move |entity| entity.kind == kind)
    }

    /// Whether it says what to look for, not only what it should be like.
    pub fn names_a_thing(&self) -> bool {
        let names = |e: &Entity| matches!(e.kind, EntityKind::Category | EntityKind::Brand) && !e.negated;
        self.entities.iter().any(names)
    }

    /// Whether the words of the message are all accounted for by entities.
    pub fn says_only_entities(&self) -> bool {
        let words = |text: &str| text.split_whitespace().map(str::to_lowercase).collect::<Vec<_>>();
        // The bare name of an attribute is a question, or a word like any other.
        let meant = self.entities.iter().filter(|entity| entity.bare_attribute().is_none());
        let named: Vec<String> = meant.flat_map(|entity| words(&entity.text)).collect();
        !named.is_empty() && words(&self.search_text).iter().all(|word| named.contains(word))
    }

    /// The order number that was typed, if any.
    pub fn order_number(&self) -> Option<&OrderNumber> {
        self.entities.iter().find_map(|entity| match &entity.value {
            EntityValue::Order(number) => Some(number),
            _ => None,
        })
    }

    /// The e-mail address that was typed, if any.
    pub fn email(&self) -> Option<&str> {
        self.entities.iter().find_map(|entity| match &entity.value {
            EntityValue::Email(address) => Some(address.as_str()),
            _ => None,
        })
    }

    /// The order in which to show results, when the message asks for one; of two the first.
    pub fn sort(&self) -> Option<Sort> {
        self.entities.iter().find_map(|entity| match entity.value {
            EntityValue::Sort(sort) => Some(sort),
            _ => None,
        })
    }

    /// The days that the message speaks of; of two mentions the first.
    pub fn dates(&self) -> Option<DateRange> {
        self.entities.iter().find_map(|entity| match entity.value {
            EntityValue::Dates(range) => Some(range),
            _ => None,
        })
    }

    /// Which of the things just shown are meant, in the order of the message.
    pub fn ordinals(&self) -> impl Iterator<Item = Ordinal> + '_ {
        self.entities.iter().filter_map(|entity| match entity.value {
            EntityValue::Ordinal(ordinal) => Some(ordinal),
            _ => None,
        })
    }
}
