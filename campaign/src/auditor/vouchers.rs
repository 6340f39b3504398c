//! Vouchers: what an owner was shown, and who may have redeemed it.

use std::collections::BTreeMap;

use bot_core::{
    action::{Action, Command},
    screen::{Reply, Span},
};
use sha2::{Digest, Sha256};

use super::{Auditor, Books, name, raw};
use crate::people::Update;

/// One code.
#[derive(Clone, Debug)]
pub(super) struct Voucher {
    code: String,
    /// In ten-thousandths, for each who redeems it.
    amount: i64,
    uses: usize,
}

/// As the books name a code.
fn hash(code: &str) -> String {
    hex::encode(Sha256::digest(code.replace('-', "")))
}

impl Auditor {
    pub(super) fn typed(&self, update: &Update) {
        if let Action::Command(Command::Redeem(code)) = &update.action {
            self.model().redeemed.insert((name(update.person), hash(code)));
        }
    }

    /// An owner made vouchers and sees their codes.
    pub(super) fn printed(&self, update: &Update, reply: &Reply) {
        let Action::Command(Command::Voucher(words)) = &update.action else { return };
        let words: Vec<&str> = words.split_whitespace().collect();
        let (["new", amount, rest @ ..], Reply::Show { screen, .. }) = (words.as_slice(), reply)
        else {
            return;
        };
        let Some(amount) = raw(amount) else { return };
        let count = rest.iter().find_map(|word| word.strip_prefix('x')?.parse().ok()).unwrap_or(1);
        let uses = if rest.contains(&"each") { count } else { 1 };
        let mut model = self.model();
        for span in &screen.text {
            if let Span::Code(code) = span {
                model.vouchers.insert(hash(code), Voucher { code: code.clone(), amount, uses });
            }
        }
    }

    /// The codes that an owner could pass on.
    pub fn voucher_codes(&self) -> Vec<String> {
        self.model().vouchers.values().map(|voucher| voucher.code.clone()).collect()
    }

    /// Adds what was redeemed to what people should have.
    pub(super) fn check_vouchers(
        &self,
        books: &mut Books,
        expected: &mut BTreeMap<String, i64>,
    ) -> Result<(), String> {
        let mut uses: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (hash, identity, amount) in books.redemptions()? {
            let model = self.model();
            let known = model.vouchers.get(&hash).cloned();
            let is_typed = model.redeemed.contains(&(identity.clone(), hash.clone()));
            drop(model);
            let by = uses.entry(hash).or_default();
            let is_new = !by.contains(&identity);
            by.push(identity.clone());
            let fits = known.is_some_and(|voucher| {
                voucher.amount == amount && by.len() <= voucher.uses && is_typed && is_new
            });
            if !fits {
                self.hub.violated(&format!("{identity} has {amount} of a voucher without right"));
            }
            *expected.entry(identity).or_default() += amount;
        }
        Ok(())
    }
}
