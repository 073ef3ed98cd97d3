//! How much people say around what they mean.

use super::tests::{read, read_expecting};

#[test]
fn neither_nor_denies_both() {
    let read = read("neither red nor brown boots");
    assert_eq!(read, ["!colour=red", "!colour=brown", "category=Shoes > Boots"]);
}

#[test]
fn two_ages_with_one_unit_are_two_ages_and_no_words() {
    let (entities, words) = read_expecting("pyjamas for 3 and 6 year olds", None);
    assert_eq!(entities, ["age=3", "audience=kids", "age=6", "audience=kids"]);
    assert_eq!(words, "pyjamas");
}

#[test]
fn a_relative_whose_age_is_told_is_no_word_of_the_search() {
    let (entities, words) = read_expecting("boots for my daughter, she's 7", None);
    assert_eq!(entities, ["category=Shoes > Boots", "age=7", "audience=kids"]);
    assert_eq!(words, "boots");
}

#[test]
fn politeness_leaves_no_words_for_the_search() {
    let long = "I would really appreciate it, if you could possibly be so kind as to show me boots, \
                preferably in navy, but definitely not over $200, thank you so much in advance!!!";
    for text in [long, "pls could u kindly show me some nice boots thx", "i said boots"] {
        assert_eq!(read_expecting(text, None).1, "boots", "{text}");
    }
}

#[test]
fn bounds_the_wrong_way_round_mean_what_lies_between() {
    assert_eq!(read("boots over 300 and under 100"), ["category=Shoes > Boots", "price=100.00..300.00"]);
}

#[test]
fn round_numbers_far_apart_are_prices_and_sizes_are_none() {
    assert_eq!(read("headphones 100-150"), ["category=Electronics > Headphones", "price=100.00..150.00"]);
    for sizes in ["boots 42-44", "boots 110-116"] {
        assert!(!read(sizes).iter().any(|entity| entity.starts_with("price")), "{sizes}");
    }
}

#[test]
fn a_bound_in_thousands_is_a_price_and_a_run_is_none() {
    assert_eq!(read("headphones under 1k"), ["category=Electronics > Headphones", "price=..1000.00"]);
    assert_eq!(read("boots for a 5k"), ["category=Shoes > Boots"]);
}
