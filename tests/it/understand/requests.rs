//! Several requests in one message, and one request that only looks like several.

use shophand::eval::intents::{Labelled, OUT_OF_SCOPE};
use shophand::model::Understanding;

use super::demo::{demo, hear, intent, labelled};

async fn asked(text: &str) -> Vec<Understanding> {
    demo().understander.requests(hear(text)).await
}

fn named(requests: &[Understanding]) -> Vec<String> {
    requests.iter().map(intent).collect()
}

#[tokio::test]
async fn each_of_several_requests_is_found_in_order() {
    for (text, wanted) in [
        ("where's my order and do you ship to Canada?", &["track_order", "shipping_countries"][..]),
        (
            "hi, do you have running shoes under 80? also what's your return policy",
            &["find_product", "returns_how"],
        ),
        ("red dresses and white shirts", &["find_product", "find_product"]),
        ("do you ship to Canada? How long does delivery take?", &["shipping_countries", "shipping_time"]),
        ("i want to talk to a person and delete my data please", &["human", "forget_me"]),
    ] {
        let requests = asked(text).await;
        let same = |(got, wanted): (&String, &&str)| {
            got == wanted || (got.starts_with("returns") && wanted.starts_with("returns"))
        };
        let got = named(&requests);
        assert!(got.len() == wanted.len() && got.iter().zip(wanted).all(same), "{text}: {got:?}");
    }
}

#[tokio::test]
async fn one_request_with_and_in_it_stays_one() {
    for text in [
        "shoes and socks",
        "red and blue",
        "between 20 and 40",
        "black and white dress",
        "leather boots and sneakers",
        "black shoes and black socks",
        "shoes and socks under 50",
        "salt and pepper mill",
        "running shoes, size 9, blue",
        "cheaper and in blue",
        "wool coat, grey, medium",
        "shoes for men and women under 80 and not black",
        "no, I meant boots",
        "compare the first and the third",
        "hi there, please, do you ship to Canada, thanks",
        "I ordered last week, where is it",
        "pots and pans for an induction hob",
        "something to wear to a wedding and to the office",
    ] {
        let requests = asked(text).await;
        assert_eq!(requests.len(), 1, "{text}: {:?}", named(&requests));
        assert_eq!(requests[0].text, text);
    }
}

/// The figures in the documentation of `SURE` in `src/understand/requests.rs`.
#[tokio::test]
async fn single_requests_are_seldom_cut_and_most_pairs_are() {
    let rows = labelled();
    let mut cut = Vec::new();
    for row in &rows {
        let requests = asked(&row.sentence).await;
        if requests.len() > 1 {
            cut.push(format!("{} -> {:?}", row.sentence, named(&requests)));
        }
    }
    let inside: Vec<&Labelled> = rows.iter().filter(|row| row.label != OUT_OF_SCOPE).collect();
    let (mut pairs, mut right, mut wrong) = (0, 0, Vec::new());
    for (i, one) in inside.iter().enumerate() {
        // Another sentence far off in the file, so mostly of another intent.
        let other = inside[(i * 37 + 101) % inside.len()];
        if one.label == other.label {
            continue;
        }
        let join = [" and ", ". ", ", also "][i % 3];
        let text = format!("{}{join}{}", one.sentence.trim_end_matches(['?', '.', '!']), other.sentence);
        let requests = asked(&text).await;
        pairs += 1;
        right += usize::from(named(&requests) == [one.label.clone(), other.label.clone()]);
        if requests.len() > 1 && named(&requests) != [one.label.clone(), other.label.clone()] {
            wrong.push(format!("{text} -> {:?}", named(&requests)));
        }
    }
    eprintln!("cut: {} of {}: {cut:#?}", cut.len(), rows.len());
    eprintln!("pairs: {right} of {pairs} right, {} wrong: {wrong:#?}", wrong.len());
    assert!(cut.len() * 200 <= rows.len(), "{cut:#?}");
    assert!(right * 5 >= pairs * 3, "{right} of {pairs}");
}
