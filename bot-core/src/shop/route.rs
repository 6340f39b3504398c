//! Which flow answers which button and which command.

use super::{Caller, Fault, Shop};
use crate::{
    action::{Command, Pick, Tap},
    flows,
    screen::Reply,
    store::top_ups::Direction,
};

impl Shop {
    pub(super) async fn tapped(&self, caller: &Caller<'_>, tap: Tap) -> Result<Reply, Fault> {
        match tap {
            Tap::Menu => flows::menu::show_menu(self, caller).await,
            Tap::Help => flows::menu::help(self, caller).await,
            Tap::Balance => flows::account::balance(self, caller).await,
            Tap::Orders { page } => flows::account::orders(self, caller, page).await,
            Tap::Services { query, page } => {
                flows::browse::services(self, caller, &query, page).await
            }
            Tap::Countries { service, sort, page } => {
                flows::browse::countries(self, caller, service, sort, page).await
            }
            Tap::Quote { service, country } => {
                flows::quote::quote(self, caller, service, country, &Pick::default()).await
            }
            Tap::Pick { service, country, pick } => {
                flows::quote::quote(self, caller, service, country, &pick).await
            }
            Tap::Options { service, country, pick } => {
                flows::options::options(self, caller, service, country, &pick).await
            }
            Tap::Rentals { page } => flows::rental::services(self, caller, page).await,
            Tap::RentalTerms { service, page } => {
                flows::rental::terms(self, caller, service, page).await
            }
            Tap::Esims { page } => flows::esim::plans(self, caller, page).await,
            Tap::Check(order) => flows::rental::check(self, caller, order).await,
            Tap::Renew(order) => flows::rental::renew(self, caller, order).await,
            Tap::QrCode(order) => flows::esim::qr_code(self, caller, order).await,
            Tap::Buy(quote) => flows::buy::buy(self, caller, quote).await,
            Tap::Order(order) => flows::card::open(self, caller, order).await,
            Tap::Cancel(order) => flows::card::cancel(self, caller, order).await,
            Tap::Another(order) => flows::card::another(self, caller, order).await,
            Tap::Done(order) => flows::card::done(self, caller, order).await,
            Tap::ConfirmTopUp(top_up) => flows::credit::confirm(self, caller, top_up).await,
            Tap::DropTopUp(top_up) => flows::credit::drop_it(self, caller, top_up).await,
            Tap::ApproveDeposit(deposit) => {
                flows::deposit::approve(self, caller, deposit, None).await
            }
            Tap::DeclineDeposit(deposit) => flows::deposit::decline(self, caller, deposit).await,
            Tap::Log { of, page } => flows::staff::log(self, caller, of, page).await,
            Tap::Join(code) => flows::link::join(self, caller, code).await,
            Tap::AskUnlink(link) => flows::link::ask_undo(self, caller, link).await,
            Tap::Unlink(link) => flows::link::undo(self, caller, link).await,
            Tap::Desk => flows::desk::desk(self, caller).await,
            Tap::Customer(customer) => flows::admin::customer(self, caller, customer).await,
            Tap::Refund(order) => flows::admin::refund(self, caller, order).await,
            Tap::RefundAnyway(order) => flows::admin::refund_anyway(self, caller, order).await,
            Tap::Doubt(order) => flows::doubt::look(self, caller, order).await,
            Tap::Pool(tap) => flows::pool::tapped(self, caller, tap).await,
            Tap::Adopt { order, record } => flows::doubt::adopt(self, caller, order, record).await,
        }
    }

    pub(super) async fn commanded(
        &self,
        caller: &Caller<'_>,
        command: Command,
    ) -> Result<Reply, Fault> {
        match command {
            Command::Start(payload) => flows::menu::start(self, caller, &payload).await,
            Command::Buy(words) => flows::browse::search(self, caller, &words).await,
            Command::Orders => flows::account::orders(self, caller, 0).await,
            Command::Balance => flows::account::balance(self, caller).await,
            Command::Help => flows::menu::help(self, caller).await,
            Command::Cancel => flows::card::cancel_command(self, caller).await,
            Command::Link(code) => flows::link::link(self, caller, &code).await,
            Command::TopUp(words) => flows::credit::ask(self, caller, Direction::In, &words).await,
            Command::Debit(words) => flows::credit::ask(self, caller, Direction::Out, &words).await,
            Command::CreditLine(words) => flows::credit_line::set(self, caller, &words).await,
            Command::Voucher(words) => flows::voucher::command(self, caller, &words).await,
            Command::Redeem(code) => flows::voucher::redeem(self, caller, &code).await,
            Command::Deposit(words) => flows::deposit::deposit(self, caller, &words).await,
            Command::Approve(words) => flows::deposit::approve_command(self, caller, &words).await,
            Command::Desk => flows::desk::desk(self, caller).await,
            Command::Find(words) => flows::desk::find(self, caller, &words).await,
            Command::Resend(words) => flows::admin::resend(self, caller, &words).await,
            Command::Grant(words) => flows::staff::grant(self, caller, &words).await,
            Command::Revoke(words) => flows::staff::revoke(self, caller, &words).await,
            Command::Staff => flows::staff::list(self, caller).await,
            Command::Audit(words) => flows::staff::log_command(self, caller, &words).await,
            Command::Customer(words) => flows::admin::customer_command(self, caller, &words).await,
            Command::Pool(words) => flows::pool::command(self, caller, &words).await,
            Command::Prices => flows::prices::prices(self, caller).await,
            Command::Unknown { word, .. } => Ok(flows::menu::unknown_command(caller, &word)),
        }
    }
}
