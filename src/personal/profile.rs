//! A shopper's taste: decayed affinities over categories, brands, colours and the price level.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;

use super::words::WordTaste;
use crate::model::{EntityKind, Event, EventKind, Product, ProductId, Reason, ReasonFacet, UNISEX};

/// After this many days an event counts half: a season, long enough that last spring's running shoes still
/// say something this summer.
const HALF_LIFE_DAYS: f64 = 90.0;
/// The history is believed by half when its events weigh this much together (two purchases).
const HALF_TRUST: f32 = 10.0;
/// How much each facet says; they add up to 1. A category says most, since "shoes" splits by category first.
const CATEGORY: f32 = 0.5;
const BRAND: f32 = 0.18;
const AUDIENCE: f32 = 0.14;
const COLOUR: f32 = 0.06;
const PRICE: f32 = 0.12;

/// So many stars say that it was liked.
const LIKED_FROM: f32 = 3.0;

/// How much of its fit a product keeps once it was bought.
const OWNED: f32 = 0.5;

/// How much an event of a kind says before it fades. The order is the field's (a purchase says most); the sizes
/// were set so that one purchase outweighs a visit's worth of looking around.
fn weight(event: &Event) -> f32 {
    match event.kind {
        EventKind::Purchased => 5.0,
        EventKind::Carted => 3.0,
        EventKind::Clicked => 1.0,
        EventKind::Viewed => 1.0,
        EventKind::Dismissed => -4.0,
        EventKind::Rated => event.stars.map_or(0.0, |stars| (stars - 2.5) * 1.6),
        EventKind::Searched | EventKind::Owned | EventKind::Held => 0.0,
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Facet {
    /// The path down to some level.
    Category(Vec<String>),
    Brand(String),
    Colour(String),
    /// For whom: somebody who buys women's shoes rarely wants men's.
    Audience(String),
}

/// The weight of one facet value, and the event that weighs most in it.
#[derive(Debug, Clone)]
struct Affinity {
    sum: f32,
    strongest: f32,
    event: Event,
    title: String,
}

/// What a shopper's history says. Empty for a newcomer.
#[derive(Debug, Clone, Default)]
pub struct Profile {
    affinities: HashMap<Facet, Affinity>,
    /// Largest sum among brands, colours and audiences, to scale shares.
    top_brand: f32,
    top_colour: f32,
    top_audience: f32,
    /// By department, weighted mean and spread of the logarithm of the prices: what somebody pays for headphones says nothing
    /// of the boots that they want.
    log_price: HashMap<String, (f32, f32)>,
    /// All positive weight, faded.
    total: f32,
    owned: HashSet<ProductId>,
    dismissed: HashSet<ProductId>,
    /// Rated below [`LIKED_FROM`].
    regretted: HashSet<ProductId>,
    words: WordTaste,
}

impl Profile {
    /// Builds the profile from a history and the products that it names; events about unknown products count for
    /// nothing but ownership.
    pub fn new(history: &[Event], products: &HashMap<ProductId, Product>, now: Timestamp) -> Self {
        let mut profile = Profile::default();
        let mut prices: HashMap<String, Vec<(f32, f32)>> = HashMap::new();
        history.iter().for_each(|event| profile.note(event));
        for event in history {
            let Some(id) = &event.product else { continue };
            let Some(product) = products.get(id) else { continue };
            let faded = weight(event) * fading(event.at, now);
            profile.add(event, product, faded);
            profile.words.add(product, faded);
            if let (true, Some(price)) = (faded > 0.0, product.price) {
                let of_department = prices.entry(department(product)).or_default();
                of_department.push((faded, (price.as_f64() as f32).max(0.01).ln()));
            }
        }
        let usual = |(department, prices): (String, Vec<_>)| Some((department, mean_and_spread(&prices)?));
        profile.log_price = prices.into_iter().filter_map(usual).collect();
        profile.top_brand = profile.top(|facet| matches!(facet, Facet::Brand(_)));
        profile.top_colour = profile.top(|facet| matches!(facet, Facet::Colour(_)));
        profile.top_audience = profile.top(|facet| matches!(facet, Facet::Audience(_)));
        profile
    }

    fn note(&mut self, event: &Event) {
        let Some(id) = &event.product else { return };
        match event.kind {
            EventKind::Rated if event.stars.is_some_and(|stars| stars < LIKED_FROM) => {
                self.regretted.insert(id.clone());
            }
            EventKind::Purchased | EventKind::Owned | EventKind::Held => {
                self.owned.insert(id.clone());
            }
            EventKind::Dismissed => {
                self.dismissed.insert(id.clone());
            }
            _ => {}
        }
    }

    fn add(&mut self, event: &Event, product: &Product, faded: f32) {
        self.total += faded.max(0.0);
        // What somebody did not like is no reason for more of its kind.
        let regretted = self.regretted.contains(&product.id) || self.dismissed.contains(&product.id);
        for facet in facets(product) {
            let affinity = self.affinities.entry(facet).or_insert_with(|| Affinity {
                sum: 0.0,
                strongest: f32::MIN,
                event: event.clone(),
                title: product.title.clone(),
            });
            affinity.sum += faded;
            if faded > affinity.strongest && !regretted {
                affinity.strongest = faded;
                affinity.event = event.clone();
                affinity.title = product.title.clone();
            }
        }
    }

    fn top(&self, of_kind: impl Fn(&Facet) -> bool) -> f32 {
        self.affinities.iter().filter(|(facet, _)| of_kind(facet)).map(|(_, a)| a.sum).fold(0.0, f32::max)
    }

    /// Whether nothing is known: every score is 0.
    pub fn is_empty(&self) -> bool {
        self.total <= 0.0 && self.dismissed.is_empty()
    }

    /// Whether nothing ever drew the shopper, whatever they do not want.
    pub fn is_cold(&self) -> bool {
        self.total <= 0.0
    }

    /// Whether the shopper bought it, or has it in the basket and does not want that used.
    pub fn owns(&self, id: &ProductId) -> bool {
        self.owned.contains(id)
    }

    /// Whether the shopper said "not for me".
    pub fn dismissed(&self, id: &ProductId) -> bool {
        self.dismissed.contains(id)
    }

    /// The category leaves that the shopper likes most, best first.
    pub fn favourite_categories(&self, limit: usize) -> Vec<Vec<String>> {
        let mut paths: Vec<(&Vec<String>, f32)> = self
            .affinities
            .iter()
            .filter_map(|(facet, affinity)| match facet {
                Facet::Category(path) if affinity.sum > 0.0 && path.len() > 1 => Some((path, affinity.sum)),
                _ => None,
            })
            .collect();
        paths.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(b.0)));
        paths.into_iter().take(limit).map(|(path, _)| path.clone()).collect()
    }

    /// How well a product fits, −1 to 1, and the strongest reason for it when it fits at all.
    pub fn score(&self, product: &Product) -> (f32, Option<Reason>) {
        if self.is_empty() {
            return (0.0, None);
        }
        let category = self.category(product);
        let brand = self.share(&Facet::Brand(product.brand.clone()), self.top_brand);
        let colours = product.colours.iter().filter(|_| self.knows_department(product));
        let colour =
            colours.map(|c| self.share(&Facet::Colour(c.clone()), self.top_colour)).fold(0.0, f32::max);
        let audience = audiences(product)
            .map(|audience| self.share(&Facet::Audience(audience.clone()), self.top_audience))
            .fold(0.0, f32::max);
        let price = self.price_fit(product);
        let fit =
            CATEGORY * category.0 + BRAND * brand + AUDIENCE * audience + COLOUR * colour + PRICE * price;
        // A colour or a price moves a product a little, but "because it is blue too" would be no reason.
        let parts = [
            (CATEGORY * category.0, category.1),
            (BRAND * brand, (brand > 0.0).then(|| Facet::Brand(product.brand.clone()))),
        ];
        // Somebody who has it already is looking for the next one more often than for another of the same.
        let again = if self.owns(&product.id) { OWNED } else { 1.0 };
        (again * self.trust() * fit, self.reason(&parts).map(|reason| of_itself(reason, product)))
    }

    /// Where neither a category nor a brand speaks for a product: the event behind what else of it the shopper likes most, a
    /// department, for whom it is, or a colour. A price and words are like something of the same department.
    pub fn lesser_reason(&self, product: &Product) -> Option<Reason> {
        let weight = |facet: &Facet| match facet {
            Facet::Category(_) => CATEGORY,
            Facet::Brand(_) => BRAND,
            Facet::Audience(_) => AUDIENCE,
            Facet::Colour(_) => COLOUR,
        };
        // A colour, a price and words count within a department that they know.
        let known = self.knows_department(product);
        let counts = |facet: &Facet| known || !matches!(facet, Facet::Colour(_));
        let liked = facets(product).into_iter().filter(counts).filter_map(|facet| {
            let affinity = self.affinities.get(&facet)?;
            let speaks = affinity.sum > 0.0 && affinity.strongest > 0.0;
            speaks.then(|| (weight(&facet) * affinity.sum, affinity, facet))
        });
        let most = liked.max_by(|a, b| a.0.total_cmp(&b.0));
        let (affinity, facet) = match most? {
            (_, affinity, Facet::Audience(audience)) => (affinity, ReasonFacet::Audience(audience)),
            (_, affinity, _) => (affinity, ReasonFacet::Category(String::new())),
        };
        let Affinity { event, title, .. } = affinity;
        let reason = Reason { event: event.id, kind: event.kind, title: title.clone(), facet };
        Some(of_itself(reason, product))
    }

    /// How well the words of these titles fit, 0 to 1 of the best of them, and the less the shorter the history is.
    pub fn word_fit(&self, products: &[&Product]) -> Vec<f32> {
        let trust = |product: &Product| if self.knows_department(product) { self.trust() } else { 0.0 };
        let fits = self.words.fit(products).into_iter();
        fits.zip(products).map(|(fit, product)| trust(product) * fit).collect()
    }

    /// Whether anything in the product's department drew the shopper: grey plates and the words that describe them say nothing
    /// of slippers.
    fn knows_department(&self, product: &Product) -> bool {
        let path = &product.category.0;
        let liked = |affinity: &Affinity| affinity.strongest > 0.0;
        path.is_empty() || self.affinities.get(&Facet::Category(path[..1].to_vec())).is_some_and(liked)
    }

    /// The sentence of a product's description that fits this taste best, word for word; nothing where no sentence does,
    /// or there is only one.
    pub fn sentence_for(&self, product: &Product) -> Option<String> {
        self.words.sentence(&product.description).map(str::to_owned)
    }

    /// How far the history is believed, 0 to 1.
    fn trust(&self) -> f32 {
        self.total / (self.total + HALF_TRUST)
    }

    /// Agreement with the liked categories: the department counts a fifth, each further level of the path its
    /// share of the rest, relative to what the shopper spends in the level above. With the deepest level that has weight.
    fn category(&self, product: &Product) -> (f32, Option<Facet>) {
        let path = &product.category.0;
        let levels = path.len().max(1) as f32;
        let mut score = 0.0;
        let mut deepest = None;
        let mut above = self.total.max(f32::EPSILON);
        for depth in 1..=path.len() {
            let facet = Facet::Category(path[..depth].to_vec());
            let Some(affinity) = self.affinities.get(&facet) else { break };
            let level_weight = if depth == 1 { 0.2 } else { 0.8 / (levels - 1.0).max(1.0) };
            score += level_weight * (affinity.sum / above).clamp(-1.0, 1.0);
            above = affinity.sum.max(f32::EPSILON);
            // A whole department is too wide to be a reason.
            if affinity.sum > 0.0 && (depth > 1 || path.len() == 1) {
                deepest = Some(facet);
            }
        }
        (score, deepest)
    }

    fn share(&self, facet: &Facet, top: f32) -> f32 {
        let sum = self.affinities.get(facet).map_or(0.0, |affinity| affinity.sum);
        if top > 0.0 { (sum / top).clamp(-1.0, 1.0) } else { 0.0 }
    }

    /// 1 at the shopper's usual price in the department, falling with the distance in spreads (a Gaussian over log prices).
    fn price_fit(&self, product: &Product) -> f32 {
        match (self.log_price.get(&department(product)), product.price) {
            (Some((mean, spread)), Some(price)) => {
                let distance = ((price.as_f64() as f32).max(0.01).ln() - mean) / spread;
                (-0.5 * distance * distance).exp()
            }
            _ => 0.0,
        }
    }

    fn reason(&self, parts: &[(f32, Option<Facet>)]) -> Option<Reason> {
        let (_, facet) = parts
            .iter()
            .filter(|(score, facet)| *score > 0.0 && facet.is_some())
            .max_by(|a, b| a.0.total_cmp(&b.0))?;
        let facet = facet.as_ref()?;
        let affinity = self.affinities.get(facet).filter(|affinity| affinity.strongest > 0.0)?;
        Some(Reason {
            event: affinity.event.id,
            kind: affinity.event.kind,
            title: affinity.title.clone(),
            facet: match facet {
                Facet::Category(path) => ReasonFacet::Category(path.last().cloned().unwrap_or_default()),
                Facet::Brand(name) | Facet::Colour(name) | Facet::Audience(name) => {
                    ReasonFacet::Brand(name.clone())
                }
            },
        })
    }
}

/// The widest category of a product.
fn department(product: &Product) -> String {
    product.category.0.first().cloned().unwrap_or_default()
}

/// A product that is its own reason is said to be.
fn of_itself(reason: Reason, product: &Product) -> Reason {
    match reason.title == product.title {
        true => Reason { facet: ReasonFacet::Same, ..reason },
        false => reason,
    }
}

/// 0.5 per half-life.
fn fading(at: Timestamp, now: Timestamp) -> f32 {
    let days = (now.as_second() - at.as_second()).max(0) as f64 / 86_400.0;
    0.5_f64.powf(days / HALF_LIFE_DAYS) as f32
}

fn facets(product: &Product) -> Vec<Facet> {
    let path = &product.category.0;
    let mut facets: Vec<Facet> =
        (1..=path.len()).map(|depth| Facet::Category(path[..depth].to_vec())).collect();
    if !product.brand.is_empty() {
        facets.push(Facet::Brand(product.brand.clone()));
    }
    facets.extend(product.colours.first().map(|colour| Facet::Colour(colour.clone())));
    facets.extend(audiences(product).map(|audience| Facet::Audience(audience.clone())));
    facets
}

/// For whom it is, where it is not for everybody.
fn audiences(product: &Product) -> impl Iterator<Item = &String> {
    let all = product.attributes.get(EntityKind::Audience.name()).into_iter().flatten();
    all.filter(|audience| *audience != UNISEX)
}

/// Weighted mean and standard deviation; the spread is at least 0.25 (about a quarter of the price).
fn mean_and_spread(values: &[(f32, f32)]) -> Option<(f32, f32)> {
    let total: f32 = values.iter().map(|(w, _)| w).sum();
    if total <= 0.0 {
        return None;
    }
    let mean = values.iter().map(|(w, v)| w * v).sum::<f32>() / total;
    let variance = values.iter().map(|(w, v)| w * (v - mean) * (v - mean)).sum::<f32>() / total;
    Some((mean, variance.sqrt().max(0.25)))
}
