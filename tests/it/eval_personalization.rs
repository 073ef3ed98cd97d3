//! `shophand eval personalization`: what somebody sees who measures it on purchases of their own.

use std::fs;
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

/// Two circles of shoppers: those who buy red things, and those who buy blue ones. Red ones are bought by more, so
/// that popularity is wrong about every blue shopper.
fn purchases() -> String {
    let mut table =
        String::from("InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID\n");
    let mut buy = |customer: u32, code: &str, text: &str, day: &str| {
        table.push_str(&format!("{customer}{day},{code},{text},1,2011-{day} 10:00:00,2.50,{customer}\n"));
    };
    for customer in 0..60 {
        let (colour, letter) = if customer % 3 == 0 { ("BLUE", 'B') } else { ("RED", 'R') };
        buy(customer, &format!("{letter}1"), &format!("{colour} TEA MUG"), "05-01");
        buy(customer, &format!("{letter}2"), &format!("{colour} LAMP"), "05-02");
        // The circle knows the cake stand; half of its members find it only after the day.
        let day = if customer % 2 == 0 { "05-03" } else { "06-10" };
        buy(customer, &format!("{letter}3"), &format!("{colour} CAKE STAND"), day);
    }
    // Somebody new, a cancellation, and a sale at the till.
    buy(99, "R3", "RED CAKE STAND", "06-11");
    table.push_str("C123456,R1,RED TEA MUG,-1,2011-06-12 10:00:00,2.50,1\n");
    table.push_str("777,R1,RED TEA MUG,1,2011-06-12 10:00:00,2.50,\n");
    table
}

fn eval(arguments: &[&str]) -> Output {
    eval_of(&purchases(), arguments)
}

fn eval_of(table: &str, arguments: &[&str]) -> Output {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("sales.csv"), table).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_shophand"));
    command.current_dir(folder.path()).args(["eval", "personalization", "--events", "sales.csv"]);
    command.args(arguments).output().unwrap()
}

#[test]
fn who_bought_blue_things_finds_the_blue_one_first_and_a_newcomer_what_is_popular() {
    let output = eval(&["--until", "2011-06-01", "--json"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let told = String::from_utf8_lossy(&output.stdout);
    let figures: Value = serde_json::from_str(told.lines().last().unwrap()).unwrap();
    // Thirty stands are bought after the day, ten of them blue, which popularity has in the second place.
    assert_eq!(figures["predictions"], 30);
    assert!((figures["mrr_20_without_history"].as_f64().unwrap() - 25.0 / 30.0).abs() < 1e-9, "{figures}");
    assert_eq!(figures["mrr_20_personal"], 1.0);
    assert_eq!(figures["newcomers_ranked_differently"], 0);
    assert_eq!(figures["by_earlier_invoices"]["1-2"]["predictions"], 30);
}

#[test]
fn a_day_without_purchases_behind_it_is_said_to_be_one() {
    let output = eval(&["--until", "2012-01-01"]);
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success());
    assert!(told.contains("sales.csv: nobody bought something before 2012-01-01"), "{told}");
}

#[test]
fn rows_that_cannot_be_used_are_counted_with_the_reason_and_the_first_of_them() {
    let output = eval(&["--until", "2011-06-01"]);
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(told.contains("2 of 183 rows cannot be used"), "{told}");
    assert!(told.contains("1 × customer: the row names no customer (first row 184"), "{told}");
    let output = eval_of(&purchases().replace("2011-", "soon-"), &["--until", "2011-06-01"]);
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success() && told.contains("183 of 183 rows cannot be used"), "{told}");
    assert!(!told.contains("choose another --until"), "the day is not to blame: {told}");
}
