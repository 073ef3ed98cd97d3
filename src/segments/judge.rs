//! Why a shopper is in a segment or not.

use serde::Serialize;

use super::{Condition, Figures, Limit, Population, Segments, Subject, Unit};

/// One condition held against a shopper's figures.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Check {
    /// What was asked, with the limits that it came to: `spent at least 412.50 (top 10 % of 96)`.
    pub asked: String,
    /// What the shopper has; nothing when there is no such figure, which never passes.
    pub figure: Option<String>,
    /// Whether it holds.
    pub passed: bool,
}

/// One segment held against a shopper's figures.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Judged {
    /// Its name.
    pub segment: String,
    /// What it is for.
    pub about: String,
    /// Whether the shopper is in it: every check passed.
    pub inside: bool,
    /// Each condition.
    pub checks: Vec<Check>,
}

impl Segments {
    /// Every segment, whether a shopper with these figures is in it, and why.
    pub fn judge(&self, figures: &Figures, population: &Population) -> Vec<Judged> {
        let judged = |segment: &super::Segment| {
            let checks: Vec<Check> = segment.when.iter().map(|c| c.check(figures, population)).collect();
            let inside = checks.iter().all(|check| check.passed);
            Judged { segment: segment.name.clone(), about: segment.about.clone(), inside, checks }
        };
        self.all.iter().map(judged).collect()
    }
}

impl Condition {
    /// Holds it against a shopper's figures.
    pub fn check(&self, figures: &Figures, population: &Population) -> Check {
        let (name, unit, figure) = match &self.of {
            Subject::Measure(measure) => (measure.name().to_owned(), measure.unit(), figures.get(*measure)),
            Subject::Bought(kind) => (format!("bought {}", kind.label()), Unit::Percent, figures.share(kind)),
        };
        let least = self.least.map(|limit| self.bound(limit, true, population));
        let most = self.most.map(|limit| self.bound(limit, false, population));
        let holds = |figure: f64| {
            least.as_ref().is_none_or(|(bound, _)| bound.is_some_and(|bound| figure >= bound))
                && most.as_ref().is_none_or(|(bound, _)| bound.is_some_and(|bound| figure <= bound))
        };
        let said = |word: &str, bound: &Option<(Option<f64>, String)>| {
            let (bound, of) = bound.as_ref()?;
            if bound.is_some_and(f64::is_infinite) {
                return Some(format!("apart from that of too many others{of}"));
            }
            match bound {
                Some(bound) => Some(format!("{word} {}{of}", unit.show(*bound))),
                None => Some(format!("{word} what nobody is there to compare with{of}")),
            }
        };
        let limits: Vec<String> =
            [said("at least", &least), said("at most", &most)].into_iter().flatten().collect();
        Check {
            asked: format!("{name} {}", limits.join(" and ")),
            figure: figure.map(|figure| unit.show(figure)),
            passed: figure.is_some_and(holds),
        }
    }

    /// What a limit comes to, and what a share is of.
    fn bound(&self, limit: Limit, least: bool, population: &Population) -> (Option<f64>, String) {
        match (limit, &self.of) {
            (Limit::Absolute(bound), _) => (Some(bound), String::new()),
            (Limit::Share(share), Subject::Measure(measure)) => {
                let (which, bound) = match least {
                    true => ("top", population.top(*measure, share)),
                    false => ("bottom", population.bottom(*measure, share)),
                };
                let of = population.size(*measure);
                (bound, format!(" ({which} {} of {of})", Unit::Percent.show(share * 100.0)))
            }
            // The reader refuses shares of everybody for kinds of product.
            (Limit::Share(_), Subject::Bought(_)) => (None, String::new()),
        }
    }
}
