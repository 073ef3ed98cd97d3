//! Product pictures: drawn from the shop's SVG templates in the product's own colours, or read from files beside them.

use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use quick_cache::sync::Cache;
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{ImageHrefResolver, Options, Tree};
use sha2::{Digest, Sha256};

/// Pixels of either side of a drawn picture.
pub const SIDE: u32 = 640;
/// Drawn pictures kept in memory; each is some 50–150 KB.
const KEPT: usize = 256;
/// Telegram takes photos up to 10 MB; a bigger file would be refused only after the upload.
const BIGGEST: u64 = 10 * 1024 * 1024;
/// For a product without a colour, or with one that has no hex value.
const NEUTRAL: &str = "#8d99a6";

/// A picture that a channel can show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Picture {
    /// On the web, where the channel fetches it itself.
    Url(String),
    /// Here.
    Bytes {
        /// The same for the same bytes, so that a channel need upload them only once.
        key: String,
        /// A file name with the right extension.
        name: String,
        /// PNG, JPEG or WebP.
        bytes: Arc<Vec<u8>>,
    },
}

/// Why there is no picture. The card then goes without one.
#[derive(Debug, thiserror::Error)]
pub enum NoPicture {
    /// A path that leads out of the shop's folder.
    #[error("the picture {image:?} lies outside {root}; give a path below that folder")]
    Outside { image: String, root: String },
    /// Missing or unreadable.
    #[error("the picture {path} cannot be read: {reason}")]
    Unreadable { path: String, reason: String },
    /// Neither SVG nor PNG, JPEG or WebP.
    #[error("the picture {path} is no SVG, PNG, JPEG or WebP")]
    Kind { path: String },
    /// Too big for Telegram.
    #[error("the picture {path} has {bytes} bytes, more than {BIGGEST}")]
    TooBig { path: String, bytes: u64 },
    /// The template is broken.
    #[error("the picture {path} cannot be drawn: {reason}")]
    Drawing { path: String, reason: String },
}

/// A colour word's `#rrggbb`.
type Hexes = Box<dyn Fn(&str) -> Option<String> + Send + Sync>;

/// The pictures of one shop, as their files are just now.
pub struct Pictures {
    root: PathBuf,
    hexes: Hexes,
    drawn: Cache<String, Drawn>,
}

/// A picture, and which template it was drawn from.
#[derive(Clone)]
struct Drawn {
    template: String,
    bytes: Arc<Vec<u8>>,
}

impl Pictures {
    /// `root` is the shop's `index/`; `hexes` gives a colour word its `#rrggbb`.
    pub fn new(root: PathBuf, hexes: impl Fn(&str) -> Option<String> + Send + Sync + 'static) -> Self {
        Pictures { root, hexes: Box::new(hexes), drawn: Cache::new(KEPT) }
    }

    /// The picture of a product: `image` as the catalogue names it, tinted by its first two colours. Blocks while it
    /// reads and draws.
    ///
    /// # Errors
    /// [`NoPicture`] names the file and what is wrong with it.
    pub fn of(&self, image: &str, colours: &[String]) -> Result<Picture, NoPicture> {
        let image = image.trim();
        if image.starts_with("https://") || image.starts_with("http://") {
            return Ok(Picture::Url(image.to_owned()));
        }
        let path = self.inside(image)?;
        let extension = path.extension().and_then(|e| e.to_str()).unwrap_or_default().to_lowercase();
        match extension.as_str() {
            "svg" => self.draw(image, &path, colours),
            "png" | "jpg" | "jpeg" | "webp" => {
                let bytes = Arc::new(read(&path)?);
                let key = format!("{image} {}", digest(&bytes));
                Ok(Picture::Bytes { key, name: format!("picture.{extension}"), bytes })
            }
            _ => Err(NoPicture::Kind { path: path.display().to_string() }),
        }
    }

    /// The file below the root, also after links are followed.
    fn inside(&self, image: &str) -> Result<PathBuf, NoPicture> {
        let outside =
            || NoPicture::Outside { image: image.to_owned(), root: self.root.display().to_string() };
        let plain = Path::new(image).components().all(|part| matches!(part, Component::Normal(_)));
        if !plain {
            return Err(outside());
        }
        let path = self.root.join(image);
        let real = path.canonicalize().map_err(|error| unreadable(&path, &error))?;
        let root = self.root.canonicalize().map_err(|error| unreadable(&self.root, &error))?;
        if real.starts_with(root) { Ok(real) } else { Err(outside()) }
    }

    fn draw(&self, image: &str, path: &Path, colours: &[String]) -> Result<Picture, NoPicture> {
        let colour = self.hex(colours.first()).unwrap_or_else(|| NEUTRAL.to_owned());
        let accent = self.hex(colours.get(1)).unwrap_or_else(|| contrast(&colour));
        let name = format!("{image} {colour} {accent}");
        let template = read(path)?;
        let digest = digest(&template);
        let known = self.drawn.get(&name);
        let drawn = match known.as_ref().filter(|drawn| drawn.template == digest) {
            Some(drawn) => drawn.clone(),
            None => {
                let template = String::from_utf8_lossy(&template);
                let svg = template.replace("{{colour}}", &colour).replace("{{accent}}", &accent);
                match (png(&svg), known) {
                    (Ok(png), _) => {
                        let drawn = Drawn { template: digest, bytes: Arc::new(png) };
                        self.drawn.insert(name.clone(), drawn.clone());
                        drawn
                    }
                    (Err(reason), Some(before)) => {
                        tracing::warn!(
                            image,
                            reason,
                            "the saved picture cannot be drawn; the one before stays"
                        );
                        before
                    }
                    (Err(reason), None) => {
                        return Err(NoPicture::Drawing { path: path.display().to_string(), reason });
                    }
                }
            }
        };
        let key = format!("{name} {}", drawn.template);
        Ok(Picture::Bytes { key, name: "picture.png".to_owned(), bytes: drawn.bytes })
    }

    fn hex(&self, colour: Option<&String>) -> Option<String> {
        (self.hexes)(colour?.trim().to_lowercase().as_str()).filter(|hex| rgb(hex).is_some())
    }
}

/// The first hex digits of a file's SHA-256: another content is another picture.
fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

fn read(path: &Path) -> Result<Vec<u8>, NoPicture> {
    let size = std::fs::metadata(path).map_err(|error| unreadable(path, &error))?.len();
    if size > BIGGEST {
        return Err(NoPicture::TooBig { path: path.display().to_string(), bytes: size });
    }
    std::fs::read(path).map_err(|error| unreadable(path, &error))
}

fn unreadable(path: &Path, error: &std::io::Error) -> NoPicture {
    NoPicture::Unreadable { path: path.display().to_string(), reason: error.to_string() }
}

/// Draws a square SVG. What it refers to outside itself is left out: a template must not read other files.
fn png(svg: &str) -> Result<Vec<u8>, String> {
    let alone =
        ImageHrefResolver { resolve_data: Box::new(|_, _, _| None), resolve_string: Box::new(|_, _| None) };
    let options = Options { image_href_resolver: alone, ..Options::default() };
    let tree = Tree::from_str(svg, &options).map_err(|error| error.to_string())?;
    let mut canvas = Pixmap::new(SIDE, SIDE).ok_or("no memory for it")?;
    canvas.fill(resvg::tiny_skia::Color::WHITE);
    let scale = SIDE as f32 / tree.size().width().max(tree.size().height());
    let left = (SIDE as f32 - tree.size().width() * scale) / 2.0;
    let top = (SIDE as f32 - tree.size().height() * scale) / 2.0;
    let place = Transform::from_scale(scale, scale).post_translate(left, top);
    resvg::render(&tree, place, &mut canvas.as_mut());
    canvas.encode_png().map_err(|error| error.to_string())
}

/// `#rrggbb` as numbers. Nothing else may get into a template.
fn rgb(hex: &str) -> Option<[u8; 3]> {
    let digits =
        hex.strip_prefix('#').filter(|d| d.len() == 6 && d.bytes().all(|b| b.is_ascii_hexdigit()))?;
    let pair = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16).ok();
    Some([pair(0)?, pair(2)?, pair(4)?])
}

/// The accent of a product of one colour: a lighter shade of a dark colour, a darker one of a light colour.
fn contrast(hex: &str) -> String {
    let [r, g, b] = rgb(hex).unwrap_or([141, 153, 166]);
    // Rec. 709 luma, good enough to tell light from dark.
    let luma = 0.2126 * f32::from(r) + 0.7152 * f32::from(g) + 0.0722 * f32::from(b);
    let (towards, share) = if luma < 110.0 { (255.0, 0.42) } else { (20.0, 0.38) };
    let mix = |c: u8| (f32::from(c) * (1.0 - share) + towards * share).round() as u8;
    format!("#{:02x}{:02x}{:02x}", mix(r), mix(g), mix(b))
}

#[cfg(test)]
mod tests;
