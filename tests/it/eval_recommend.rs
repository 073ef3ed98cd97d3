//! `shophand eval recommend`: what somebody sees who measures the recommenders on a log of their own.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

use crate::support::data::data;

/// Visits along one of two ways through a shop: a1 to a4, or b1 to b4.
fn clicks(sessions: std::ops::Range<usize>) -> String {
    let mut table = String::from("SessionId\tItemId\tTime\n");
    for session in sessions {
        let way = if session % 2 == 0 { 'a' } else { 'b' };
        for step in 1..=4 {
            table.push_str(&format!("{session}\t{way}{step}\t{}.25\n", 1_396_000_000 + session * 600 + step));
        }
    }
    table
}

fn eval(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_shophand"));
    command.current_dir(folder).args(["eval", "recommend"]).args(arguments).output().unwrap()
}

/// The object of the last line.
fn figures(output: &Output) -> Value {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let told = String::from_utf8_lossy(&output.stdout);
    serde_json::from_str(told.lines().last().unwrap()).unwrap()
}

/// Lines of a run: request, item, place.
fn run(folder: &Path) -> Vec<(String, String, usize)> {
    let text = fs::read_to_string(folder.join("out.trec")).unwrap();
    let fields = text.lines().map(|line| line.split(' ').collect::<Vec<_>>());
    fields.map(|f| (f[0].to_owned(), f[2].to_owned(), f[3].parse().unwrap())).collect()
}

#[test]
fn a_run_never_takes_the_place_of_a_log_by_whatever_path_it_is_called() {
    let folder = TempDir::new().unwrap();
    for log in ["train.tsv", "test.tsv"] {
        fs::write(folder.path().join(log), clicks(0..20)).unwrap();
    }
    for name in ["train.tsv", "./test.tsv"] {
        let output = eval(folder.path(), &["--train", "train.tsv", "--test", "test.tsv", "--run", name]);
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && told.contains("--run would write over the log"), "{told}");
        assert_eq!(fs::read_to_string(folder.path().join(name)).unwrap(), clicks(0..20));
    }
}

#[test]
fn each_click_but_the_first_is_predicted_and_the_one_just_clicked_never_shown() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("train.tsv"), clicks(0..200)).unwrap();
    let strange = "900\ta1\t1396200000.5\n900\tnew\t1396200001\n";
    fs::write(folder.path().join("test.tsv"), clicks(200..204) + strange).unwrap();
    let arguments = ["--train", "train.tsv", "--test", "test.tsv", "--json", "--run", "out.trec"];
    let figures = figures(&eval(folder.path(), &arguments));
    // Four visits of three predictions each, all to be found; what nobody ever clicked before cannot be.
    assert_eq!(figures["predictions"], 13);
    assert!((figures["hit_rate_20"].as_f64().unwrap() - 12.0 / 13.0).abs() < 1e-9, "{figures}");
    assert!(figures["mrr_20"].as_f64().unwrap() > 0.6, "{figures}");
    let run = run(folder.path());
    let second: Vec<&str> = run.iter().filter(|r| r.0 == "200:2").map(|r| r.1.as_str()).collect();
    assert_eq!(second[0], "a3", "{second:?}");
    assert!(!second.contains(&"a2"), "{second:?}");
}

#[test]
fn the_last_item_of_a_sequence_is_predicted_and_nothing_of_the_history_shown() {
    let folder = TempDir::new().unwrap();
    let lines: String = (0..300).map(|user| format!("u{user} {} 7 8 9\n", user % 3)).collect();
    fs::write(folder.path().join("users.txt"), lines).unwrap();
    let figures = figures(&eval(folder.path(), &["--train", "users.txt", "--json", "--run", "out.trec"]));
    assert_eq!(figures["predictions"], 300);
    // Nobody's 9 is left to learn from: it was always the last.
    assert_eq!(figures["hit_rate_20"], 0.0);
    assert!(run(folder.path()).iter().all(|(user, item, _)| {
        let number: usize = user[1..].parse().unwrap();
        *item != (number % 3).to_string() && item != "7" && item != "8"
    }));
}

#[test]
fn the_last_invoice_is_held_out_whole_and_cancelled_ones_count_for_nothing() {
    let folder = TempDir::new().unwrap();
    let mut table = String::from("InvoiceNo,StockCode,InvoiceDate,CustomerID\n");
    for customer in 0..80 {
        for (invoice, day, items) in [("1", 1, ["cup", "plate"]), ("2", 2, ["bowl", "jug"])] {
            for item in items {
                table.push_str(&format!("{invoice}{customer},{item},2011-03-0{day} 10:00:00,{customer}\n"));
            }
        }
        table.push_str(&format!("C9{customer},cup,2011-03-09 10:00:00,{customer}\n"));
    }
    table.push_str("77,cup,2011-03-09 10:00:00,\n");
    fs::write(folder.path().join("sales.csv"), table).unwrap();
    let figures = figures(&eval(folder.path(), &["--train", "sales.csv", "--json"]));
    assert_eq!(figures["predictions"], 160);
    assert_eq!(figures["products"], 2);
}

#[test]
fn a_file_that_is_no_log_is_named_with_what_is_missing() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("train.tsv"), "SessionId\tItemId\tWhen\n1\ta\t5\n").unwrap();
    fs::write(folder.path().join("times.tsv"), "SessionId\tItemId\tTime\n1\ta\tsoon\n").unwrap();
    for (file, says) in [
        ("train.tsv", "no column holds the time; its columns are SessionId, ItemId, When"),
        ("times.tsv", "row 2: \"soon\""),
        ("gone.tsv", "gone.tsv"),
    ] {
        let output = eval(folder.path(), &["--train", file, "--test", file, "--format", "sessions"]);
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success());
        assert!(told.contains(file) && told.contains(says), "{told}");
    }
    let output = eval(folder.path(), &["--train", "times.tsv"]);
    assert!(String::from_utf8_lossy(&output.stderr).contains("--test FILE"));
}

#[test]
fn public_logs_are_predicted_as_well_as_we_say() {
    let folder = TempDir::new().unwrap();
    let (train, dev) = (data("events/rsc15_100k_train.tsv"), data("events/rsc15_100k_dev.tsv"));
    if let (Some(train), Some(dev)) = (train, dev) {
        let files = ["--train", train.to_str().unwrap(), "--test", dev.to_str().unwrap(), "--json"];
        let figures = figures(&eval(folder.path(), &files));
        assert!(figures["hit_rate_20"].as_f64().unwrap() >= 0.43, "{figures}");
        assert!(figures["mrr_20"].as_f64().unwrap() >= 0.195, "{figures}");
    }
    if let Some(train) = data("events/amazon_beauty_sequences.txt") {
        let figures = figures(&eval(folder.path(), &["--train", train.to_str().unwrap(), "--json"]));
        assert!(figures["hit_rate_20"].as_f64().unwrap() >= 0.125, "{figures}");
        assert!(figures["ndcg_20"].as_f64().unwrap() >= 0.064, "{figures}");
    }
}
