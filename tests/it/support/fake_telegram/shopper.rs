//! A person with a phone: what they can do, and what they see.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::{BOT_NAME, FakeTelegram, Got};

/// How long a chat must be quiet before a reply counts as complete.
const QUIET: Duration = Duration::from_millis(200);
/// How long a shopper waits for an answer.
const PATIENCE: Duration = Duration::from_secs(20);

/// A person in one chat.
#[derive(Clone)]
pub struct Shopper {
    fake: FakeTelegram,
    id: i64,
    /// The chat: the person's own, or a group's.
    pub chat: i64,
    name: String,
    language: String,
}

impl Shopper {
    pub(super) fn new(fake: FakeTelegram, id: i64) -> Self {
        Shopper { fake, id, chat: id, name: format!("Shopper {id}"), language: "en".to_owned() }
    }

    /// The same person in a group; ids of groups are negative.
    pub fn in_group(&self, group: i64) -> Self {
        Shopper { chat: group, ..self.clone() }
    }

    /// The same person with this first name.
    pub fn called(&self, name: &str) -> Self {
        Shopper { name: name.to_owned(), ..self.clone() }
    }

    /// Writes; commands and mentions are marked as the apps mark them. Gives the update's id.
    pub async fn says(&self, text: &str) -> i64 {
        self.sends(json!({ "text": text, "entities": entities(text) })).await
    }

    /// Answers a message of the bot's, as people do in groups.
    pub async fn replies_to(&self, message: &Got, text: &str) -> i64 {
        let earlier = json!({ "message_id": message.id, "from": super::messages::bot(), "date": 1_763_800_000,
            "chat": self.chat(), "text": message.text });
        self.sends(json!({ "text": text, "reply_to_message": earlier })).await
    }

    /// Corrects an earlier message.
    pub async fn edits(&self, text: &str) -> i64 {
        let mut message = self.message(json!({ "text": text }));
        message["edit_date"] = json!(1_763_800_060);
        self.fake.update(json!({ "edited_message": message }))
    }

    /// Corrects the message that was sent last.
    pub async fn corrects(&self, text: &str) -> i64 {
        let mut message = self.message(json!({ "text": text, "edit_date": 1_763_800_003 }));
        let id = message["message_id"].as_i64().unwrap();
        message["message_id"] = json!(id - 1);
        self.fake.update(json!({ "edited_message": message }))
    }

    /// Sends a photo with a caption.
    pub async fn sends_photo(&self, caption: &str) -> i64 {
        let size = json!({ "file_id": "AgACAgIAAx", "file_unique_id": "AQADx", "file_size": 1200, "width": 90,
            "height": 90 });
        self.sends(json!({ "photo": [size], "caption": caption })).await
    }

    /// Sends a sticker.
    pub async fn sends_sticker(&self, emoji: &str) -> i64 {
        let sticker = json!({ "width": 512, "height": 512, "emoji": emoji, "is_animated": false, "is_video": false,
            "type": "regular", "file_id": "CAACAgIAAx", "file_unique_id": "AgADx", "file_size": 9281 });
        self.sends(json!({ "sticker": sticker })).await
    }

    /// Sends any other message with these fields.
    pub async fn sends(&self, content: Value) -> i64 {
        let message = self.message(content);
        self.fake.update(json!({ "message": message }))
    }

    /// Taps the newest button of that label that the chat shows; gives the callback query's id.
    pub async fn taps(&self, label: &str) -> String {
        let seen = self.fake.chat(self.chat);
        let found = seen.iter().rev().find_map(|message| {
            let button = message.buttons.iter().flatten().find(|(shown, _)| shown == label)?;
            Some((message.clone(), button.1.clone()))
        });
        let (message, data) = found.unwrap_or_else(|| panic!("no button {label:?} in {seen:#?}"));
        self.taps_data(&message, &data).await
    }

    /// Taps a button of that data below a message.
    pub async fn taps_data(&self, message: &Got, data: &str) -> String {
        let shown = json!({ "message_id": message.id, "from": super::messages::bot(), "date": 1_763_800_000,
            "chat": self.chat(), "text": message.text });
        let id = format!("30067683216{:06}", self.fake.shared.lock().next_update);
        let query = json!({ "id": id, "from": self.user(), "message": shown, "chat_instance": "-52731",
            "data": data });
        self.fake.update(json!({ "callback_query": query }));
        id
    }

    /// Waits for an answer and gives all of it: what came since the last look, until the chat falls quiet.
    pub async fn gets(&self) -> Vec<Got> {
        let from = self.seen();
        self.fake.until_within(PATIENCE, "an answer comes", |fake| fake.chat(self.chat).len() > from).await;
        let mut count = 0;
        while count < self.fake.chat(self.chat).len() {
            count = self.fake.chat(self.chat).len();
            tokio::time::sleep(QUIET).await;
        }
        self.look(count)
    }

    /// Waits for an answer and gives all of it, as soon as it is `complete`.
    pub async fn gets_all(&self, complete: impl Fn(&FakeTelegram) -> bool) -> Vec<Got> {
        let from = self.seen();
        let there = |fake: &FakeTelegram| fake.chat(self.chat).len() > from && complete(fake);
        self.fake.until_within(PATIENCE, "all of an answer is there", there).await;
        self.look(self.fake.chat(self.chat).len())
    }

    /// Waits for exactly so many messages.
    pub async fn gets_exactly(&self, count: usize) -> Vec<Got> {
        let from = self.seen();
        let what = format!("{count} messages are there");
        self.fake.until_within(PATIENCE, &what, |fake| fake.chat(self.chat).len() >= from + count).await;
        self.look(from + count)
    }

    /// Waits for the next message.
    pub async fn gets_one(&self) -> Got {
        self.gets_exactly(1).await.remove(0)
    }

    /// True when nothing new comes for a moment.
    pub async fn hears_nothing(&self) -> bool {
        tokio::time::sleep(QUIET).await;
        self.fake.chat(self.chat).len() == self.seen()
    }

    fn seen(&self) -> usize {
        self.fake.shared.lock().read.get(&self.chat).copied().unwrap_or(0)
    }

    fn look(&self, until: usize) -> Vec<Got> {
        let from = self.seen();
        self.fake.shared.lock().read.insert(self.chat, until);
        self.fake.chat(self.chat)[from..until].to_vec()
    }

    fn message(&self, content: Value) -> Value {
        let mut state = self.fake.shared.lock();
        state.next_message += 1;
        let mut message = json!({ "message_id": state.next_message, "from": self.user(), "chat": self.chat(),
            "date": 1_763_800_000 });
        message.as_object_mut().unwrap().extend(content.as_object().unwrap().clone());
        message
    }

    fn user(&self) -> Value {
        json!({ "id": self.id, "is_bot": false, "first_name": self.name, "language_code": self.language })
    }

    fn chat(&self) -> Value {
        super::messages::chat(self.chat)
    }
}

impl FakeTelegram {
    async fn until_within(&self, limit: Duration, what: &str, holds: impl Fn(&FakeTelegram) -> bool) {
        let deadline = Instant::now() + limit;
        while !holds(self) {
            let chats = &self.shared.lock().chats.clone();
            assert!(Instant::now() < deadline, "waited in vain until {what}; the chats show {chats:#?}");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

/// The marks that Telegram's apps put on commands and mentions, in UTF-16 units.
fn entities(text: &str) -> Vec<Value> {
    let mut entities = Vec::new();
    let mut offset = 0;
    for word in text.split_inclusive(' ') {
        let bare = word.trim_end_matches([' ', ',', ':']);
        let kind = match bare {
            _ if bare.starts_with('/') && offset == 0 => Some("bot_command"),
            _ if bare.eq_ignore_ascii_case(&format!("@{BOT_NAME}")) => Some("mention"),
            _ => None,
        };
        if let Some(kind) = kind {
            let length = bare.encode_utf16().count();
            entities.push(json!({ "type": kind, "offset": offset, "length": length }));
        }
        offset += word.encode_utf16().count();
    }
    entities
}
