//! The roommates' pool, as it is when the demo opens.

use sandbox::telegram::{Control, MessageView};

use super::{ALICE, DemoError, PATIENCE, ROOMMATES, answer, last_message};

/// Alice gives a part of hers to the roommates' pool, and lets everybody spend it.
pub(super) async fn share(people: &Control) -> Result<(), DemoError> {
    let (before, give) = (last_message(people, ALICE), "/pool give 5");
    people.say(ALICE, ROOMMATES, give)?;
    let question = answer(people, ALICE, before, give).await?;
    people.press_button(ALICE, ALICE, question.id, 0, 0)?;
    changed(people, &question, give).await?;
    let said = people.say(ALICE, ROOMMATES, "/pool")?;
    let mut pool = answer(people, ROOMMATES, said, "/pool").await?;
    // The rules are the first button, and that everybody may spend the first of them; the last leads back.
    people.press_button(ALICE, ROOMMATES, pool.id, 0, 0)?;
    pool = changed(people, &pool, "Rules").await?;
    people.press_button(ALICE, ROOMMATES, pool.id, 0, 0)?;
    pool = changed(people, &pool, "Everyone").await?;
    let last = pool.keyboard.len().saturating_sub(1);
    people.press_button(ALICE, ROOMMATES, pool.id, last, 0)?;
    changed(people, &pool, "The pool").await?;
    Ok(())
}

/// A message after it was edited once more.
async fn changed(
    people: &Control,
    message: &MessageView,
    words: &str,
) -> Result<MessageView, DemoError> {
    let newer = |people: &Control| {
        let now = people.message(message.chat, message.id)?;
        (now.edit_count > message.edit_count).then_some(now)
    };
    let changed = people.until(PATIENCE, newer).await;
    changed.ok_or_else(|| DemoError::Silent(words.to_owned()))
}
