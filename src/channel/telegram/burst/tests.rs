use jiff::Timestamp;

use super::*;
use crate::model::{Channel, ShopperId};

const QUIET: Quiet = Quiet { usual: Duration::from_millis(1000), longest: Duration::from_millis(3000) };

fn part(update: i64, input: Input) -> Part {
    let incoming = Incoming {
        channel: Channel::Telegram,
        chat: ChatId::parse("telegram:7").unwrap(),
        shopper: ShopperId::parse("telegram:7").unwrap(),
        name: None,
        private: true,
        language: None,
        at: Timestamp::from_second(1_763_800_000).unwrap(),
        input,
    };
    Part { update, message: Some(update), incoming, attempts: 0, resumed: false, expected: false }
}

fn says(update: i64, text: &str) -> Part {
    part(update, Input::Text(text.to_owned()))
}

/// What a shopper does, at how many milliseconds, and when which updates with which words are answered.
fn answered(story: &[(u64, Part)]) -> Vec<(u64, Vec<i64>, String)> {
    let start = Instant::now();
    let mut windows = Windows::default();
    let mut done = Vec::new();
    let mut note = |at: u64, burst: &Burst| {
        done.push((at, burst.updates(), burst.incoming().unwrap().input.text().to_owned()));
    };
    let mut open: Vec<(ChatId, u64)> = Vec::new();
    let mut story = story.iter().peekable();
    for at in 0..20_000 {
        let now = start + Duration::from_millis(at);
        open.retain(|(chat, id)| match windows.due(chat, *id, now) {
            Due::Now(burst) => {
                note(at, &burst);
                false
            }
            Due::At(_) => true,
            Due::Gone => false,
        });
        while let Some((_, part)) = story.next_if(|(when, _)| *when == at) {
            let offered = windows.offer(part.clone(), QUIET, now);
            offered.complete.iter().for_each(|burst| note(at, burst));
            open.extend(offered.opened.map(|id| (part.incoming.chat.clone(), id)));
        }
    }
    done
}

fn one(at: u64, updates: &[i64], text: &str) -> (u64, Vec<i64>, String) {
    (at, updates.to_vec(), text.to_owned())
}

#[test]
fn three_messages_in_a_burst_are_one_turn_and_a_later_one_is_another() {
    let story = [
        (0, says(1, "hi")),
        (600, says(2, "do you have boots")),
        (1500, says(3, "in size 42")),
        (4000, says(4, "thanks")),
    ];
    let all = [one(2500, &[1, 2, 3], "hi\ndo you have boots\nin size 42"), one(5000, &[4], "thanks")];
    assert_eq!(answered(&story), all);
}

#[test]
fn a_whole_sentence_and_an_awaited_answer_wait_less_and_an_unfinished_one_does_not() {
    assert_eq!(answered(&[(0, says(1, "Do you ship to Canada?"))])[0].0, 400);
    assert_eq!(answered(&[(0, Part { expected: true, ..says(1, "A-1042") })])[0].0, 400);
    assert_eq!(answered(&[(0, says(1, "well..."))])[0].0, 1000);
}

#[test]
fn somebody_who_never_stops_is_answered_after_the_longest_wait() {
    let story: Vec<_> = (0..10).map(|n| (n * 500, says(n as i64, "and"))).collect();
    let done = answered(&story);
    assert_eq!((done[0].0, done[0].1.len()), (3000, 6), "what comes at that moment is the next one's");
}

#[test]
fn a_button_or_a_command_ends_the_window_at_once_and_comes_behind_it() {
    let command = || Input::Command { name: "help".to_owned(), payload: String::new() };
    let story = [(0, says(1, "shoes")), (100, part(2, command())), (200, says(3, "boots"))];
    assert_eq!(answered(&story), [one(100, &[1], "shoes"), one(100, &[2], ""), one(1200, &[3], "boots")]);
}

#[test]
fn an_edit_within_the_window_replaces_its_message_and_one_of_an_older_message_is_a_turn() {
    let edit = |update, message| Part {
        message: Some(message),
        ..part(update, Input::Edited("brown shoes".to_owned()))
    };
    let story =
        [(0, says(1, "bron shoes")), (300, says(2, "for work")), (500, edit(3, 1)), (5000, edit(4, 1))];
    let all = [one(1500, &[1, 2, 3], "brown shoes\nfor work"), one(5000, &[4], "brown shoes")];
    assert_eq!(answered(&story), all);
}

#[test]
fn people_of_a_group_are_not_taken_for_one_and_keep_their_order() {
    let mut other = says(2, "boots");
    other.incoming.shopper = ShopperId::parse("telegram:8").unwrap();
    let story = [(0, says(1, "shoes")), (100, other), (200, says(3, "in blue"))];
    let all = [one(100, &[1], "shoes"), one(200, &[2], "boots"), one(1200, &[3], "in blue")];
    assert_eq!(answered(&story), all);
}

#[test]
fn what_was_written_minutes_apart_is_answered_apart_though_it_arrives_together() {
    let mut later = says(2, "are you there");
    later.incoming.at += SignedDuration::from_mins(5);
    assert_eq!(answered(&[(0, says(1, "shoes")), (1, later)]).len(), 2);
}

#[test]
fn what_failed_twice_is_taken_alone_and_two_long_messages_stay_two() {
    let story = [(0, says(1, "a")), (1, Part { attempts: 2, ..says(2, "bad") }), (2, says(3, "b"))];
    let done: Vec<_> = answered(&story).into_iter().map(|(_, updates, _)| updates).collect();
    assert_eq!(done, [[1], [2], [3]]);
    let long = "x".repeat(3000);
    assert_eq!(answered(&[(0, says(1, &long)), (1, says(2, &long))]).len(), 2);
}
