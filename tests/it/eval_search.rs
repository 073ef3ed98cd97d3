//! `shophand eval search`: what somebody sees who measures the search on a catalogue of their own.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

fn folder() -> TempDir {
    let folder = TempDir::new().unwrap();
    let products = "id,title\nP-1,red wool scarf\nP-2,blue wool scarf\nP-3,kettle\nP-4,garden hose\n";
    fs::write(folder.path().join("products.csv"), products).unwrap();
    fs::write(folder.path().join("queries.tsv"), "a\tblue scarf\nb\tkettle\nc\ttelescope\n").unwrap();
    fs::write(folder.path().join("qrels.txt"), "a 0 P-2 2\na 0 P-1 1\nb 0 P-3 2\nc 0 P-4 1\n").unwrap();
    folder
}

fn eval(folder: &Path, more: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_shophand"));
    command.current_dir(folder).args(["eval", "search", "--catalog", "products.csv"]);
    command.args(["--queries", "queries.tsv", "--qrels", "qrels.txt"]).args(more).output().unwrap()
}

#[test]
fn the_last_line_holds_the_figures_and_the_run_what_they_come_from() {
    let folder = folder();
    let output = eval(folder.path(), &["--json", "--words-only", "--run", "out.trec"]);
    let told = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let figures: Value = serde_json::from_str(told.lines().last().unwrap()).unwrap();
    // Two of three queries are answered in the ideal order, the third with nothing.
    assert!((figures["ndcg_10"].as_f64().unwrap() - 2.0 / 3.0).abs() < 1e-9, "{figures}");
    assert!((figures["mrr"].as_f64().unwrap() - 2.0 / 3.0).abs() < 1e-9, "{figures}");
    assert!((figures["recall_100"].as_f64().unwrap() - 2.0 / 3.0).abs() < 1e-9, "{figures}");
    assert!((figures["zero_results"].as_f64().unwrap() - 1.0 / 3.0).abs() < 1e-9, "{figures}");
    let run = fs::read_to_string(folder.path().join("out.trec")).unwrap();
    let places: Vec<String> =
        run.lines().map(|line| line.split(' ').take(4).collect::<Vec<_>>().join(" ")).collect();
    assert_eq!(places, ["a Q0 P-2 1", "a Q0 P-1 2", "b Q0 P-3 1"]);
}

#[test]
fn a_ranker_is_learnt_from_clicks_cross_validated_and_used() {
    let folder = folder();
    fs::write(
        folder.path().join("clicks.csv"),
        "query,product\nwool scarf,P-2\nwool,P-1\nscarf,P-2\nred wool,P-1\n",
    )
    .unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_shophand"));
    command.current_dir(folder.path()).args([
        "train",
        "ranking",
        "--catalog",
        "products.csv",
        "--words-only",
    ]);
    let output =
        command.args(["--clicks", "clicks.csv", "--out", "ranker.json", "--folds", "2"]).output().unwrap();
    let told = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(told.contains("cross-validated over 4 queries in 2 folds"), "{told}");
    assert!(told.contains("learnt from 4 queries; the ranker is in ranker.json"), "{told}");
    assert!(eval(folder.path(), &["--words-only", "--ranker", "ranker.json"]).status.success());
    fs::write(folder.path().join("ranker.json"), "{}").unwrap();
    let output = eval(folder.path(), &["--words-only", "--ranker", "ranker.json"]);
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success() && told.contains("train it anew"), "{told}");
}

#[test]
fn a_file_that_is_not_what_it_is_said_to_be_is_named_with_its_line() {
    let folder = folder();
    fs::write(folder.path().join("qrels.txt"), "a 0 P-2 2\na 0 P-1 fine\n").unwrap();
    let output = eval(folder.path(), &[]);
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success());
    assert!(told.contains("qrels.txt:2: the gain \"fine\" is no number"), "{told}");
}
