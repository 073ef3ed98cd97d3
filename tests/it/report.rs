//! `shophand report`: what a manager is told of the shop's own memory, and of a log.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use crate::support::data::data;
use crate::support::shop::editable_folder;

fn shophand(folder: &Path, arguments: &[&str], typed: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_shophand"));
    command.current_dir(folder).args(arguments);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(typed.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

fn card(output: &Output) -> Value {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output:?}"))
}

#[test]
fn what_shoppers_asked_for_in_vain_is_in_the_report_of_the_shops_own_memory() {
    let shop = editable_folder();
    let asked = "i am looking for a typewriter\ndo you sell typewriters\nshoes\nunicorn lamp\n";
    assert!(shophand(shop.path(), &["chat", "--as", "noor"], asked).status.success());
    let card = card(&shophand(shop.path(), &["report", "--json", "--html", "card.html"], ""));
    let topics = card["unmet"].as_array().unwrap();
    let topic = topics.iter().find(|topic| topic["texts"].to_string().contains("typewriter"));
    let topic = topic.unwrap_or_else(|| panic!("no typewriters in {topics:#?}"));
    assert_eq!(
        (&topic["why"], &topic["times"], &topic["shoppers"]),
        (&"not_understood".into(), &2.into(), &1.into())
    );
    assert!(topic["draft"].as_str().unwrap().contains("  - do you sell typewriters\n"), "{topic}");
    assert!(!topics.iter().any(|topic| topic["texts"].to_string().contains("shoes")), "{topics:#?}");
    // There are lamps, which is not what was asked for.
    let lamp = topics.iter().find(|topic| topic["texts"].to_string().contains("unicorn lamp"));
    assert_eq!(lamp.unwrap_or_else(|| panic!("no lamps in {topics:#?}"))["why"], "nothing_found");
    assert!(card["shoppers"].as_u64().unwrap() >= 4 && card["products"].as_u64().unwrap() > 400, "{card}");
    let page = fs::read_to_string(shop.path().join("card.html")).unwrap();
    assert!(page.contains("typewriter") && page.ends_with("</html>\n"));
}

#[test]
fn a_file_that_is_no_log_is_refused_with_what_is_missing() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("x.csv"), "name,colour\nann,blue\n").unwrap();
    let output = shophand(folder.path(), &["report", "--events", "x.csv"], "");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && said.contains("x.csv") && said.contains("customer"), "{said}");
}

/// The columns that `--help` names, without names of products.
const INVOICES: &str = "invoice,product,quantity,date,price,customer
i1,P1,2,2026-01-01,10.00,ann
i2,P1,1,2026-02-01,12.00,ann
i3,P2,1,2026-02-03,5.00,bob
i4,P2,1,2026-03-03,5.00,bob
i5,P2,9,2026-03-05,4.00,cat
";

#[test]
fn every_command_reads_the_table_that_the_report_reads() {
    let shop = editable_folder();
    fs::write(shop.path().join("sales.csv"), INVOICES).unwrap();
    fs::write(shop.path().join("odd.csv"), INVOICES.replace("customer", "patron")).unwrap();
    for command in [&["report"][..], &["segments", "show"], &["offers", "simulate"]] {
        let run = |more: &[&str]| {
            let arguments: Vec<&str> =
                command.iter().chain(&["--json", "--events"]).chain(more).copied().collect();
            shophand(shop.path(), &arguments, "")
        };
        assert_eq!(card(&run(&["sales.csv"]))["shoppers"], 3, "{command:?}");
        let unnamed = run(&["odd.csv"]);
        let said = String::from_utf8_lossy(&unnamed.stderr);
        assert!(said.contains("--map customer=COLUMN"), "{command:?}: {said}");
        assert_eq!(card(&run(&["odd.csv", "--map", "customer=patron"]))["shoppers"], 3, "{command:?}");
    }
    let sizes = card(&shophand(shop.path(), &["segments", "show", "--json", "--events", "sales.csv"], ""));
    let of =
        |name: &str| sizes["segments"].as_array().unwrap().iter().find(|s| s["segment"] == name).unwrap();
    assert_eq!((&of("returning")["shoppers"], &of("returning")["median_orders"]), (&2.into(), &2.0.into()));
    assert!((of("returning")["share"].as_f64().unwrap() - 2.0 / 3.0).abs() < 1e-9, "{sizes}");
}

#[test]
fn a_picture_is_no_log_and_a_file_that_cannot_be_written_is_found_before_the_work() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("x.csv"), b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\x1b[31m").unwrap();
    fs::write(folder.path().join("sales.csv"), INVOICES).unwrap();
    let output = shophand(folder.path(), &["report", "--events", "x.csv"], "");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("x.csv: this is no text") && !said.contains('\u{1b}'), "{said:?}");
    for option in ["--html", "--rows"] {
        let output =
            shophand(folder.path(), &["report", "--events", "sales.csv", option, "no/such/file"], "");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(said.contains("no/such/file cannot be written") && !said.contains("looking"), "{said}");
    }
}

/// Held against counts made with other tools: rows without a customer, cancelled invoices, doubled rows and purchases for
/// nothing were counted with Python's csv module; so was the Gini coefficient of how often each product was sold.
#[test]
fn a_years_invoices_are_judged_as_other_tools_count_them() {
    let Some(file) = data("events/online_retail_train.csv.gz") else { return };
    let folder = TempDir::new().unwrap();
    let card =
        card(&shophand(folder.path(), &["report", "--json", "--events", &file.display().to_string()], ""));
    assert_eq!((&card["rows"], &card["events"]), (&451_127.into(), &331_464.into()));
    assert_eq!((&card["shoppers"], &card["products"]), (&4_067.into(), &3_624.into()));
    let count = |words: &str| {
        let all = card["quality"].as_array().unwrap();
        let found = all.iter().find(|finding| finding["what"].as_str().unwrap().contains(words));
        found.unwrap_or_else(|| panic!("nothing about {words:?}"))["count"].as_u64().unwrap()
    };
    assert_eq!(count("names no customer"), 111_827);
    assert_eq!(count("was cancelled"), 7_836);
    assert_eq!(count("more than once"), 3_871);
    assert_eq!(count("cost nothing"), 37);
    assert_eq!(count("three times or a third"), 3_234);
    let gini = card["exposure"]["gini_of_sales"].as_f64().unwrap();
    assert!((gini - 0.640_357_6).abs() < 1e-6, "{gini}");
}
