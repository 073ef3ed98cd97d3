//! `shophand intents eval`: how well the shop's own examples teach, and what is taken for what.

use std::collections::{BTreeMap, HashSet};
use std::path::PathBuf;

use anstyle::{AnsiColor, Style};
use anyhow::{Context, Result, bail};
use clap::Args;
use serde::Serialize;

use crate::app::{ShopDir, start_encoder};
use crate::catalog::load_shop;
use crate::config::Config;
use crate::eval::confusion::{Confusion, Recognition, confusions, recognitions};
use crate::eval::intents::{Judged, Labelled, Quality, Reading, cross_validate};
use crate::eval::matrix::{Panel, svg};
use crate::intents::{IntentSet, Language, Placed};
use crate::live::read_intents;
use crate::understand::encoder::Encoder;
use crate::understand::wording;

use super::super::desk::say;
use super::super::output::Output;

const HEAD: Style = Style::new().bold();
const BAD: Style = AnsiColor::Red.on_default();
const QUIET: Style = Style::new().dimmed();

/// How many confusions, and how many intents, are printed without `--all`.
const WORST: usize = 15;
/// How many sentences of a confusion are.
const SENTENCES: usize = 5;

/// How to measure.
#[derive(Debug, Args)]
pub struct Eval {
    /// Into how many parts the examples are split; each is judged by what the others teach
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u8).range(2..=50))]
    folds: u8,
    /// Only this language, by the name of its folder
    #[arg(long, value_name = "CODE")]
    language: Option<String>,
    /// Write a picture of what is taken for what
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
    /// Print every intent and every confusion
    #[arg(long)]
    all: bool,
    /// Everything as one JSON object
    #[arg(long)]
    json: bool,
    /// Without the encoder: what is left when it is lost while serving
    #[arg(long)]
    words_only: bool,
}

/// One language's results.
#[derive(Serialize)]
struct Measured {
    language: String,
    quality: Quality,
    intents: Vec<Recognition>,
    confusions: Vec<Told>,
}

/// A confusion with its sentences.
#[derive(Serialize)]
struct Told {
    #[serde(flatten)]
    confusion: Confusion,
    sentences: Vec<Sentence>,
}

/// A sentence that went wrong.
#[derive(Serialize)]
struct Sentence {
    text: String,
    file: PathBuf,
    line: usize,
    /// That it is in scope at all.
    confidence: f32,
}

/// Measures, prints and draws. Always 0: how good is good enough is the shop's to say.
///
/// # Errors
/// When the files are broken, the model is missing, or the picture cannot be written.
pub fn run(args: &Eval, shop: &ShopDir, out: &mut dyn Output) -> Result<i32> {
    let files = read_intents(&shop.root, &load_shop(&shop.root)?);
    let examples = files.examples();
    let intents = files.into_set()?;
    let encoder = match args.words_only {
        true => None,
        false => {
            say("Reading the language model");
            Some(start_encoder(&Config::load(&shop.root)?.model)?)
        }
    };
    let mut all = Vec::new();
    for language in languages(args, &intents)? {
        say(&format!("Learning {} of {} parts of {}", args.folds - 1, args.folds, language.code));
        all.push(measure(args, language, &examples, encoder.as_ref())?);
    }
    if let Some(file) = &args.svg {
        std::fs::write(file, picture(&all))
            .with_context(|| format!("{} cannot be written", file.display()))?;
    }
    if args.json {
        out.line(&serde_json::to_string(&all)?);
        return Ok(0);
    }
    side_by_side(args, &all, out);
    for measured in &all {
        print(measured, args.all, out);
    }
    if let Some(file) = &args.svg {
        out.line(&format!("\nThe picture is in {}", file.display()));
    }
    Ok(0)
}

fn languages<'i>(args: &Eval, intents: &'i IntentSet) -> Result<Vec<&'i Language>> {
    let Some(code) = &args.language else { return Ok(intents.languages.iter().collect()) };
    let found = intents.languages.iter().find(|language| language.code == *code);
    let Some(found) = found else {
        let known: Vec<&str> = intents.languages.iter().map(|language| language.code.as_str()).collect();
        bail!("there is no intents/{code}/, only {}", known.join(", "));
    };
    Ok(vec![found])
}

fn measure(
    args: &Eval,
    language: &Language,
    examples: &[Placed],
    encoder: Option<&Encoder>,
) -> Result<Measured> {
    let polite = &language.grammar.polite;
    // What differs in politeness alone is one sentence to the model, and would be judged by itself.
    let mut seen = HashSet::new();
    let own: Vec<&Placed> = examples
        .iter()
        .filter(|example| example.language == language.code && seen.insert(wording(&example.text, polite)))
        .collect();
    let rows: Vec<Labelled> = own
        .iter()
        .map(|example| Labelled { sentence: example.text.clone(), label: example.intent.to_string() })
        .collect();
    let reading = Reading { encoder, polite };
    let (figures, judged) = cross_validate(&rows, usize::from(args.folds), &reading)
        .with_context(|| format!("intents/{} cannot be measured", language.code))?;
    let mut intents = recognitions(&judged);
    intents.sort_by(|a, b| a.recall.total_cmp(&b.recall).then_with(|| a.intent.cmp(&b.intent)));
    let confusions = confusions(&judged, language).into_iter().map(|c| told(c, &own, &judged)).collect();
    Ok(Measured { language: language.code.clone(), quality: figures.quality, intents, confusions })
}

fn told(confusion: Confusion, own: &[&Placed], judged: &[Judged]) -> Told {
    let sentence = |row: &usize| Sentence {
        text: own[*row].text.clone(),
        file: own[*row].file.clone(),
        line: own[*row].line,
        confidence: judged[*row].confidence,
    };
    let sentences = confusion.rows.iter().map(sentence).collect();
    Told { confusion, sentences }
}

fn picture(all: &[Measured]) -> String {
    let prepared: Vec<(Vec<Confusion>, BTreeMap<String, usize>)> = all
        .iter()
        .map(|m| {
            let confusions = m.confusions.iter().map(|told| told.confusion.clone()).collect();
            (confusions, m.intents.iter().map(|i| (i.intent.clone(), i.sentences)).collect())
        })
        .collect();
    let panels: Vec<Panel<'_>> = all
        .iter()
        .zip(&prepared)
        .map(|(measured, (confusions, sentences))| Panel {
            title: format!("What is taken for what: intents/{}", measured.language),
            confusions,
            sentences,
        })
        .collect();
    svg(&panels)
}

/// The figures, one column a language.
fn side_by_side(args: &Eval, all: &[Measured], out: &mut dyn Output) {
    let percent =
        |share: Option<f64>| share.map_or("–".to_owned(), |share| format!("{:.1} %", share * 100.0));
    let rejected = |m: &Measured| {
        let lost: usize =
            m.confusions.iter().filter(|t| t.confusion.taken.is_none()).map(|t| t.sentences.len()).sum();
        Some(lost as f64 / m.quality.in_scope_sentences.max(1) as f64)
    };
    let cost = |m: &Measured| m.confusions.iter().map(|told| told.confusion.cost).sum::<f64>();
    let line = |name: &str, value: &dyn Fn(&Measured) -> String| {
        let values: Vec<String> = all.iter().map(|measured| format!("{:>9}", value(measured))).collect();
        format!("{name:<34}{}", values.concat())
    };
    out.line(&format!(
        "{HEAD}{}{HEAD:#}",
        line(&format!("in {} parts", args.folds), &|m| m.language.clone())
    ));
    out.line(&line("sentences", &|m| m.quality.in_scope_sentences.to_string()));
    out.line(&line("intents", &|m| m.intents.len().to_string()));
    out.line(&line("understood rightly", &|m| percent(m.quality.in_scope_accuracy)));
    out.line(&line("rejected as fitting nothing", &|m| percent(rejected(m))));
    out.line(&line("rightly, if it had to answer", &|m| percent(m.quality.always_answer_accuracy)));
    out.line(&line("macro-F1", &|m| percent(m.quality.macro_f1)));
    out.line(&line("cost of all confusions", &|m| format!("{:.1}", cost(m))));
}

fn print(measured: &Measured, all: bool, out: &mut dyn Output) {
    let flawless = |i: &&Recognition| i.recall == 1.0 && i.precision == Some(1.0);
    let flawed: Vec<&Recognition> = measured.intents.iter().filter(|i| all || !flawless(i)).collect();
    let shown = if all { flawed.len() } else { WORST.min(flawed.len()) };
    out.line(&format!(
        "\n{HEAD}{}: intents, worst first{HEAD:#}        {QUIET}recall  precision  sentences{QUIET:#}",
        measured.language
    ));
    for intent in &flawed[..shown] {
        let precision = intent.precision.map_or("–".to_owned(), |p| format!("{:.0} %", p * 100.0));
        let recall = format!("{:.0} %", intent.recall * 100.0);
        out.line(&format!("  {:<30}{recall:>9}{precision:>11}{:>11}", intent.intent, intent.sentences));
    }
    let rest = measured.intents.len() - shown;
    if rest > 0 {
        out.line(&format!("  {QUIET}and {rest} more; --all prints them{QUIET:#}"));
    }
    out.line(&format!("\n{HEAD}{}: what is taken for what, most costly first{HEAD:#}", measured.language));
    let shown = if all { measured.confusions.len() } else { WORST.min(measured.confusions.len()) };
    for told in &measured.confusions[..shown] {
        let Confusion { meant, taken, cost, rows } = &told.confusion;
        let taken = taken.as_deref().unwrap_or("nothing (rejected)");
        out.line(&format!("{BAD}{cost:>6.1}{BAD:#}  {meant} → {taken}  {QUIET}{}×{QUIET:#}", rows.len()));
        let several = if all { told.sentences.len() } else { SENTENCES };
        for Sentence { text, file, line, .. } in told.sentences.iter().take(several) {
            out.line(&format!("          “{text}”  {QUIET}{}:{line}{QUIET:#}", file.display()));
        }
        if told.sentences.len() > several {
            out.line("          …");
        }
    }
    let rest = measured.confusions.len() - shown;
    if rest > 0 {
        out.line(&format!("  {QUIET}and {rest} more, less costly; --all prints them{QUIET:#}"));
    }
}
