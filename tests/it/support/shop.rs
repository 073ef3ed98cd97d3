//! The demo shop with an empty memory, for one test.

use std::path::Path;
use std::sync::{Arc, OnceLock};

use jiff::Timestamp;
use shophand::app::{Parts, ShopDir, open_store};
use shophand::ids::Ids;
use shophand::turn::Assistant;
use tempfile::TempDir;

/// The model, the index and the intents are the same for every test, and take seconds to open.
static PARTS: OnceLock<(Parts, TempDir)> = OnceLock::new();

/// A shop of its own: store and dialogues in a temporary folder, files of the repository.
pub struct Shop {
    pub assistant: Arc<Assistant>,
    _dir: TempDir,
}

/// The moment at which every test conversation begins: the demo's relative dates count from here.
pub fn opening() -> Timestamp {
    "2026-11-20T10:00:00Z".parse().unwrap()
}

/// A folder that is the demo shop, with its own state.
pub fn demo_folder() -> TempDir {
    let dir = TempDir::new().unwrap();
    for part in ["index", "intents"] {
        let from = Path::new(env!("CARGO_MANIFEST_DIR")).join(part);
        std::os::unix::fs::symlink(from, dir.path().join(part)).unwrap();
    }
    dir
}

/// A folder that is the demo shop, all of whose files but the pictures and the demo's past a test may edit.
pub fn editable_folder() -> TempDir {
    let dir = TempDir::new().unwrap();
    let repository = Path::new(env!("CARGO_MANIFEST_DIR"));
    copy_tree(&repository.join("intents"), &dir.path().join("intents"));
    std::fs::create_dir(dir.path().join("index")).unwrap();
    for entry in std::fs::read_dir(repository.join("index")).unwrap() {
        let entry = entry.unwrap();
        let target = dir.path().join("index").join(entry.file_name());
        if entry.path().is_file() {
            std::fs::copy(entry.path(), target).unwrap();
        } else {
            std::os::unix::fs::symlink(entry.path(), target).unwrap();
        }
    }
    dir
}

/// A shop that speaks as the demo does and sells what a fixture lists, in the order of the `ranking.yaml` beside it.
pub fn folder_selling(products: &str) -> TempDir {
    let dir = TempDir::new().unwrap();
    let repository = Path::new(env!("CARGO_MANIFEST_DIR"));
    let index = dir.path().join("index");
    std::fs::create_dir(&index).unwrap();
    std::os::unix::fs::symlink(repository.join("intents"), dir.path().join("intents")).unwrap();
    std::os::unix::fs::symlink(repository.join("index/shop.yaml"), index.join("shop.yaml")).unwrap();
    let products = repository.join("tests/fixtures").join(products);
    let ranking = products.with_file_name("ranking.yaml");
    if ranking.exists() {
        std::os::unix::fs::symlink(ranking, index.join("ranking.yaml")).unwrap();
    }
    std::os::unix::fs::symlink(products, index.join("products.csv")).unwrap();
    spare_the_lessons(&dir.path().join(".shophand"));
    dir
}

/// Copies a folder with all that is in it.
pub fn copy_tree(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_tree(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// Gives a shop what another one has learnt from the same files: that takes seconds, and is not what is tested.
pub fn spare_the_lessons(state: &Path) {
    parts();
    let learnt = PARTS.get().unwrap().1.path().join(".shophand");
    std::fs::create_dir_all(state).unwrap();
    for entry in std::fs::read_dir(learnt).unwrap() {
        let entry = entry.unwrap();
        if entry.file_name().to_string_lossy().starts_with("embeddings") {
            std::fs::copy(entry.path(), state.join(entry.file_name())).unwrap();
        }
    }
}

/// The parts, opened by whichever test comes first.
pub fn parts() -> &'static Parts {
    let (parts, _) = PARTS.get_or_init(|| {
        let dir = demo_folder();
        let shop = ShopDir::open(dir.path()).unwrap();
        let parts =
            Parts::open(&shop, &|_| {}).unwrap_or_else(|e| panic!("the demo shop does not open: {e}"));
        (parts, dir)
    });
    parts
}

/// The demo shop's parts with every intent renamed in its files, and the folder that holds them.
pub fn parts_with_other_names() -> (Parts, TempDir) {
    let dir = TempDir::new().unwrap();
    let repository = Path::new(env!("CARGO_MANIFEST_DIR"));
    std::os::unix::fs::symlink(repository.join("index"), dir.path().join("index")).unwrap();
    let mut renamed = 0;
    rename_intents(&repository.join("intents"), &dir.path().join("intents"), &mut renamed);
    assert!(renamed >= 30, "only {renamed} intents were found");
    let shop = ShopDir::open(dir.path()).unwrap();
    (Parts::open(&shop, &|_| {}).unwrap(), dir)
}

impl Shop {
    /// Opens the demo shop with its shoppers and orders.
    pub async fn start() -> Shop {
        tokio::task::spawn_blocking(|| Shop::reopen(demo_folder())).await.unwrap()
    }

    /// Opens the shop in a folder that may have a past.
    pub fn reopen(dir: TempDir) -> Shop {
        let shop = ShopDir::open(dir.path()).unwrap();
        let store = open_store(&shop, opening()).unwrap();
        let assistant = parts().assistant(store, Ids::seeded(7), opening()).unwrap();
        Shop { assistant, _dir: dir }
    }
}

/// Copies the files, each with another name for its intent, in another order.
fn rename_intents(from: &Path, to: &Path, renamed: &mut usize) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            rename_intents(&entry.path(), &target, renamed);
            continue;
        }
        let text = std::fs::read_to_string(entry.path()).unwrap();
        let lines: Vec<String> = text
            .lines()
            .map(|line| match line.strip_prefix("intent:") {
                Some(name) => {
                    *renamed += 1;
                    let backwards: String = name.trim().trim_matches('\'').chars().rev().collect();
                    format!("intent: x_{backwards}_x")
                }
                None => line.to_owned(),
            })
            .collect();
        std::fs::write(target, lines.join("\n") + "\n").unwrap();
    }
}
