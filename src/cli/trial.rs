//! A catalogue of anybody, taken in and indexed as a shop's would be, to try the search on.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::Result;
use clap::Args;
use jiff::Timestamp;

use crate::app::start_encoder;
use crate::catalog::Catalog;
use crate::config::Config;
use crate::disk;
use crate::eval::search::trec::TestQuery;
use crate::import::{Options, Progress, import_catalog};
use crate::model::{Currency, Vector};
use crate::understand::encoder::Encoder;

use super::output::Output;

/// Which catalogue, and how it is to be read.
#[derive(Debug, Args)]
pub struct Trial {
    /// CSV or JSON lines, gzipped or not, with at least the columns id and title
    #[arg(long, value_name = "FILE")]
    catalog: PathBuf,
    /// Which column is which, when its name does not say: title=Description
    #[arg(long = "map", value_name = "FIELD=COLUMN")]
    map: Vec<String>,
    /// Keep what is built and embedded here, so that the next run embeds nothing; otherwise it is removed afterwards
    #[arg(long, value_name = "DIR")]
    state: Option<PathBuf>,
    /// Without the encoder: what is left when it is lost while serving
    #[arg(long)]
    words_only: bool,
}

/// The catalogue, opened.
pub struct Opened {
    /// It, with what its products mean unless words alone are to count.
    pub catalog: Catalog,
    encoder: Option<Encoder>,
    /// How long building the index took.
    pub indexing: Duration,
    /// How long embedding its products took, those of an earlier run left out.
    pub embedding: Duration,
    folder: PathBuf,
    /// Removed with this, unless it is to be kept.
    _scratch: tempfile::TempDir,
}

impl Trial {
    /// Takes the catalogue in, builds its index and embeds its products. `shop` is only asked for the settings of the model.
    ///
    /// # Errors
    /// When the file cannot be read as a catalogue, the index cannot be built, or the model is missing.
    pub fn open(&self, shop: &Path, out: &mut dyn Output) -> Result<Opened> {
        let scratch = tempfile::tempdir()?;
        let folder = self.state.clone().unwrap_or_else(|| scratch.path().to_owned());
        self.import(&folder, out)?;
        let started = Instant::now();
        let mut catalog = Catalog::rebuild(&folder, &folder, Currency::USD, &mut |p| {
            out.progress(p.bytes, p.bytes_total, "indexing");
        })?;
        let indexing = started.elapsed();
        let encoder = if self.words_only { None } else { Some(start_encoder(&Config::load(shop)?.model)?) };
        let started = Instant::now();
        if let Some(encoder) = &encoder {
            let embed = |texts: &[String]| encoder.embed_all(texts).map_err(|error| error.to_string());
            catalog = catalog.embedded(&embed, &mut |embedded| {
                out.progress(embedded.done as u64, embedded.total as u64, "embedding");
            })?;
        }
        Ok(Opened { catalog, encoder, indexing, embedding: started.elapsed(), folder, _scratch: scratch })
    }

    fn import(&self, folder: &Path, out: &mut dyn Output) -> Result<()> {
        let mut options = Options::new(folder, Currency::USD, Timestamp::now());
        for argument in &self.map {
            options.mapping.add(argument)?;
        }
        let report = import_catalog(&self.catalog, &options, &mut |p: Progress| {
            out.progress(p.bytes, p.bytes_total, "reading");
        })?;
        if report.refused > 0 {
            report.lines().iter().for_each(|line| out.note(line));
        }
        Ok(())
    }
}

impl Opened {
    /// What some queries mean; empty when words alone are to count.
    ///
    /// # Errors
    /// When the encoder fails.
    pub fn meanings(&self, queries: &[TestQuery]) -> Result<Vec<Vector>> {
        let Some(encoder) = &self.encoder else { return Ok(Vec::new()) };
        let texts: Vec<&str> = queries.iter().map(|query| query.text.as_str()).collect();
        Ok(encoder.embed_all(&texts)?.iter().map(|vector| Vector::of(vector)).collect())
    }

    /// Megabytes of the index, and of the vectors.
    ///
    /// # Errors
    /// The system's error.
    pub fn megabytes(&self) -> Result<[f64; 2]> {
        let mb = |name: &str| -> Result<f64> {
            let folder = self.folder.join(name);
            Ok(if folder.is_dir() { disk::size(&folder)? as f64 / 1e6 } else { 0.0 })
        };
        Ok([mb("index")?, mb("vectors")?])
    }
}
