### Every word that the shop says, in English.
###
### Styles: <b>bold</b>, <i>italic</i>, <code>tap to copy</code>. A style ends on the line where it begins, and styles do not
### nest. Labels of buttons and short notices (toasts) have no styles; a notice stays under 200 characters.
###
### Voice: warm, short, concrete. Whenever something went wrong, say what happened to the money and what to do next.
###
### Variables that come back everywhere:
###   $service, $country  names, as the provider writes them     $flag     a flag emoji, never empty
###   $price, $balance, $amount, ...  money: $1.50               $left     a time span: 04:59, or 2 h 5 min
###   $order   an order's number                                 $phone    +6281234567890
###   $shop    the shop's name                                   $name     a person's name


## Values inside other messages

# A time span of an hour or more.
span-hours = { $hours } h { $minutes } min
# From a day on.
span-days = { $days } { $days ->
        [one] day
       *[other] days
    } { $hours } h


## Welcome, menu and help

# The answer to /start.
start-greeting =
    Hi { $name }, welcome to <b>{ $shop }</b>! 👋

    Pick a service and a country, and you get a phone number of your own. The moment an SMS code arrives, it is here. No code, no charge.

    Your balance: <b>{ $balance }</b>
    Tap a button, or just type what you need, like <code>whatsapp indonesia</code>.
menu-title =
    <b>{ $shop }</b>
    Your balance: <b>{ $balance }</b>

    Tap a button, or just type what you need, like <code>telegram india</code>.
# $commands: lines of the form "/buy - Buy a number".
help-text =
    <b>How it works</b>
    1. Pick a service and a country. You see the price before you pay, and it cannot rise afterwards.
    2. Use the number. The code is sent here the moment it arrives.
    3. No code? You get the money back, in full.

    <b>Commands</b>
    { $commands }

    You can also just type: <code>whatsapp indonesia</code>

button-buy = 📱 Buy a number
button-rent = 🗓 Rent a number
button-esims = 📶 eSIM
button-orders = 🧾 My orders
button-balance = 💰 Balance
button-help = ❓ Help
button-menu = 🏠 Menu
button-back = ‹ Back
button-next = Next ›
button-previous = ‹ Previous

# Descriptions in the platform's command menu: no styles, under 100 characters.
command-start = Say hello and show the menu
command-buy = Buy a number, for example: whatsapp indonesia
command-orders = Your orders, with every code again
command-balance = Your balance and what moved it
command-help = How it works
command-cancel = Give your number back
command-link = Join your accounts on two platforms to one balance
command-pool = What your group has together, and who spent it
command-topup = Add money to someone's balance
command-customer = Look at a customer
command-debit = Take money back from someone's balance
command-creditline = How much someone may owe the shop
command-voucher = Make voucher codes, and see how many were redeemed
command-redeem = Turn a voucher's code into money on your balance
command-deposit = How to pay, and to say that you have paid
command-approve = Add what a customer has paid
command-resend = Send an order's codes to its buyer again
command-desk = How the shop does
command-find = Find an order, a number or a customer
command-audit = What owners and staff did
command-staff = Who runs this shop
command-grant = Make someone admin or support
command-revoke = Take someone's role away
command-prices = What the supplier charges beside its list

command-menu = Show the menu
# The names of commands and of what is asked for beside them, on a platform that names them in each language: lower case,
# without spaces, under 33 characters, no two commands of one name. In English the words that are typed everywhere.
name-start = start
name-buy = buy
name-orders = orders
name-balance = balance
name-help = help
name-cancel = cancel
name-link = link
name-topup = topup
name-customer = customer
name-debit = debit
name-creditline = creditline
name-voucher = voucher
name-redeem = redeem
name-deposit = deposit
name-approve = approve
name-desk = desk
name-find = find
name-resend = resend
name-audit = audit
name-staff = staff
name-grant = grant
name-revoke = revoke
name-prices = prices
name-pool = pool
name-menu = menu

name-service = service
name-country = country
name-person = user
name-amount = amount
name-note = note
name-role = role
name-order = order
name-wanted = what
name-code = code
name-deposit-number = deposit
name-action = action
name-spenders = spenders

# What is asked for beside a command: no styles, under 100 characters.
option-service = What the number is for, for example WhatsApp
option-country = Where the number is from
option-person = Whose balance it is
option-note = A note; the customer reads it, too
option-role = admin or support
option-voucher = new 5 x20 30d, or end 3
option-code = The voucher's code
option-deposit = The deposit's number
option-order = The order's number
option-find = An order, a phone number, or @name
option-amount = How much, for example 5 or 2.50
option-link = The code that you got on the other platform; none to get one
option-pool = give or topup; nothing to look at the pool
option-pool-role = Who may spend: those with this role
# A form that adds money to a person's balance, and the button or menu entry that opens it. Under 30 characters.
form-topup = Top up
form-topup-amount = Amount

# $word: what was typed behind the slash.
unknown-command = There is no command /{ $word } here. Try /help, or just type what you need, like <code>whatsapp indonesia</code>.
# A notice: the button is of an older version, or was made up.
stale-button = This button is out of date. Nothing was charged. Open a fresh menu with /start.


## Catalogue

services-title =
    <b>Which service do you need a number for?</b>
    Tap one, or type its name.
# $query: what the person typed.
services-found =
    { $count ->
        [one] <b>One service</b> matches “{ $query }”.
       *[other] <b>{ $count } services</b> match “{ $query }”.
    }
services-none =
    Nothing here matches “{ $query }”.
    Check the spelling or try a shorter word. You can also go through the whole list.
countries-title =
    <b>{ $service }</b>: which country?
    The price is for one number, and you pay only when a code arrives.
countries-none =
    <b>{ $service }</b> is sold out everywhere right now. New numbers come in all the time, so look again in a few minutes.

# The service is not in the catalogue any more.
service-gone = This one is not sold here any more. Nothing was charged. Have a look at what else there is.

rentals-title =
    <b>Which service do you want to rent a number for?</b>
    A rented number is yours alone for days, with every SMS it gets.
rentals-none = There is nothing to rent right now. Single codes and more are in the menu.
rental-terms-title = <b>{ $service }</b>: for how long?
button-rental-term = { $flag } { $country } · { $days ->
        [one] one day
       *[other] { $days } days
    } · { $price }
esims-title =
    <b>eSIM data plans</b>
    You get a code and a picture, and the phone is online.
esims-none = There is no data plan right now. Have a look at the numbers instead.
button-esim = 📶 { $plan } · { $price }

button-all-services = All services
button-sort-price = Cheapest first
button-sort-stock = Most numbers first
# $price: the cheapest one in stock.
button-service = { $service } · from { $price }
# A service without stock.
button-service-empty = { $service } · sold out
# $stock: how many numbers there are.
button-country = { $flag } { $country } · { $price } · { $stock }
button-country-any-stock = { $flag } { $country } · { $price }
button-country-empty = { $flag } { $country } · sold out

catalog-loading = I am fetching the list of numbers. Give me a few seconds and try again.
catalog-unavailable =
    I cannot see what is in stock right now, because the supplier does not answer. Nothing was charged and your balance is safe.
    Please try again in a few minutes.


## The price, before paying

# $after: the balance after paying. $seconds: how long the price is kept.
quote-title =
    <b>{ $service }</b> · { $flag } { $country }

    Price: <b>{ $price }</b>
    Your balance: { $balance }, and { $after } afterwards

    The price is yours for { $seconds ->
        [one] one second
       *[other] { $seconds } seconds
    }. No code, no charge.
# $quantity numbers at $each; $price is for all of them.
quote-several =
    <b>{ $quantity } × { $service }</b> · { $flag } { $country }

    Price: <b>{ $price }</b> ({ $each } each)
    Your balance: { $balance }, and { $after } afterwards

    The price is yours for { $seconds ->
        [one] one second
       *[other] { $seconds } seconds
    }. Each number is paid by its own code: no code, no charge.
quote-rental =
    <b>{ $service }</b> · { $flag } { $country } · { $days ->
        [one] one day
       *[other] { $days } days
    }

    Price: <b>{ $price }</b>
    Your balance: { $balance }, and { $after } afterwards

    The number is yours alone for that time, with every SMS it gets. You pay when you get the number.
    The price is yours for { $seconds ->
        [one] one second
       *[other] { $seconds } seconds
    }.
quote-esim =
    <b>{ $service }</b>

    Price: <b>{ $price }</b>
    Your balance: { $balance }, and { $after } afterwards

    You get an activation code and a picture to scan. A plan that was handed over cannot be given back.
    The price is yours for { $seconds ->
        [one] one second
       *[other] { $seconds } seconds
    }.
quote-renewal =
    <b>Keep { $phone }</b> for { $service } another { $days ->
        [one] day
       *[other] { $days } days
    }

    Price: <b>{ $price }</b>
    Your balance: { $balance }, and { $after } afterwards

    The price is yours for { $seconds ->
        [one] one second
       *[other] { $seconds } seconds
    }.
# $group: a group's name. $balance: what its pool has.
quote-pool = Who pays? The pool of <b>{ $group }</b> has <b>{ $balance }</b>.
button-pay-pool = 👥 Pay { $price } from the pool
button-pay-myself = Pay { $price } myself
quote-operator = Operator: <b>{ $operator }</b>
quote-best-delivery = From the list of numbers that deliver best
quote-mobile-carrier = Real mobile carriers only
quote-area-code = Area code: <b>{ $area }</b>
button-options = ⚙️ More choices
options-title =
    <b>{ $service }</b> · { $flag } { $country }
    Choose, and you see the price before you pay.
    You can also type how many you want, like <code>{ $service } { $country } 3</code>.
# $mark: a tick, or nothing.
button-choice-any = { $mark }Any number · { $price }
button-choice-operator = { $mark }{ $operator } · { $price }
button-choice-best-delivery = { $mark }Best delivery · { $price }
button-choice-mobile-carrier = { $mark }Real carriers only · { $price }
button-quantity = × { $quantity }
button-area-code = ☎️ { $area }
button-pay = ✅ Pay { $price }
# $missing: how much is missing. $owners: whom to ask for a top-up, for example "@anna, @ben".
quote-poor =
    <b>{ $service }</b> · { $flag } { $country } costs <b>{ $price }</b>, and you have { $balance }. You need <b>{ $missing }</b> more.

    Nothing was charged. Ask { $owners } to top up your balance, then come back.
# The same, when nobody is named.
quote-poor-alone =
    <b>{ $service }</b> · { $flag } { $country } costs <b>{ $price }</b>, and you have { $balance }. You need <b>{ $missing }</b> more.

    Nothing was charged. Ask the owner of this shop to top up your balance, then come back.
quote-expired =
    That price was only kept for a short while, and its time is over. Nothing was charged.
    Take a look at the price now.
# Below quote-expired.
button-fresh-price = See the price now
quote-gone =
    { $flag } { $country } just ran out of numbers for <b>{ $service }</b>. Nothing was charged.
    Pick another country, or look again in a few minutes.
# Below a price, while many numbers wait at once. $seconds: how late a code may be.
quote-late =
    ⏳ Busy just now: your code may show up to { $seconds ->
        [one] one second
       *[other] { $seconds } seconds
    } after it came.
# So many numbers wait that another one's code would be seen too late. Nothing was bought.
quote-busy =
    ⏳ Very busy just now: so many numbers wait for their codes that yours would come too late. So nothing was bought, and nothing was charged.
    Please look again in a few minutes.
# A notice: nothing was bought and nothing is held.
provider-down = Our supplier does not answer right now, so nothing was bought and you paid nothing. Please try again in a minute.
# A notice: the button was tapped twice.
quote-taken = You have already bought this one. You pay once; the number is in /orders.


## An order: one message, edited in place

# Where money goes that comes back: $back in all of these.
back-on-balance = on your balance
back-in-pool = in the pool that paid

# $item: activation, rental, renewal (another term of a rental) or esim.
order-placing =
    ⏳ <b>{ $service }</b>{ $item ->
        [esim] {""}
       *[other] {" "}· { $flag } { $country }
    }
    { $item ->
        [renewal] Prolonging your number…
        [esim] Getting your eSIM…
       *[other] Getting your number…
    }

    { $price } is set aside. { $item ->
        [activation] If no code comes, you get it back.
       *[other] If that fails, you get it back.
    }
    <i>Order #{ $order }</i>
order-in-doubt =
    ⏳ <b>{ $service }</b>{ $item ->
        [esim] {""}
       *[other] {" "}· { $flag } { $country }
    }
    The supplier has not answered clearly, so I am checking whether { $item ->
        [renewal] your number goes on.
        [esim] it gave you an eSIM.
       *[other] it gave you a number.
    }

    Your { $price } is set aside, not spent. You need not do anything: I will update this message, and you either get { $item ->
        [renewal] the time
        [esim] the eSIM
       *[other] a number
    } or your money back.
    <i>Order #{ $order }</i>
order-needs-operator =
    🔎 <b>{ $service }</b>{ $item ->
        [esim] {""}
       *[other] {" "}· { $flag } { $country }
    }
    I could not find out what became of this order, so a person at the shop has been told and is looking at it.

    Your { $price } is set aside, not spent. You will hear from us here.
    <i>Order #{ $order }</i>
order-waiting =
    📲 <b>{ $service }</b> · { $flag } { $country }
    Your number: <code>{ $phone }</code>

    Enter it in { $service } and ask for the SMS. The code comes here by itself.
    Time left: <b>{ $left }</b>
    <i>Order #{ $order } · { $price }, only if a code comes</i>
order-cancelling =
    ↩️ <b>{ $service }</b> · { $flag } { $country }
    Number: <code>{ $phone }</code>

    Giving it back… As soon as the supplier confirms, your { $price } is back. Should a code still come, you get it.
    <i>Order #{ $order }</i>
# The supplier asked more than it said, and the shop does not pass that on.
order-cancelling-price =
    ↩️ <b>{ $service }</b> · { $flag } { $country }
    The supplier asked more than the price you were shown, so the number goes back. Nothing is charged: as soon as the supplier confirms, your { $price } is back.

    Number: <code>{ $phone }</code>
    Should a code still come before that, you get it at the price you were shown.
    <i>Order #{ $order }</i>
order-code =
    ✅ <b>{ $service }</b> · { $flag } { $country }
    Number: <code>{ $phone }</code>
    Code: <code>{ $code }</code>

    <i>Order #{ $order } · { $price } paid</i>
# The SMS has no code that could be found. $text: the SMS.
order-text =
    ✅ <b>{ $service }</b> · { $flag } { $country }
    Number: <code>{ $phone }</code>
    SMS: <code>{ $text }</code>

    <i>Order #{ $order } · { $price } paid</i>
order-finished =
    ☑️ <b>{ $service }</b> · { $flag } { $country }
    Number: <code>{ $phone }</code>
    Code: <code>{ $code }</code>

    Done, this number is closed.
    <i>Order #{ $order } · { $price } paid</i>
order-finished-text =
    ☑️ <b>{ $service }</b> · { $flag } { $country }
    Number: <code>{ $phone }</code>
    SMS: <code>{ $text }</code>

    Done, this number is closed.
    <i>Order #{ $order } · { $price } paid</i>
order-cancelled =
    ↩️ <b>{ $service }</b> · { $flag } { $country }
    You gave this number back, and your <b>{ $price }</b> is back { $back }.
    <i>Order #{ $order }</i>
order-cancelled-price =
    ↩️ <b>{ $service }</b> · { $flag } { $country }
    The supplier asked more than the price you were shown, so I gave the number back. Nothing is charged: your <b>{ $price }</b> is back { $back }.
    Take a look at the new price, or pick another country.
    <i>Order #{ $order }</i>
order-expired =
    ⌛ <b>{ $service }</b> · { $flag } { $country }
    No SMS came in time. Your <b>{ $price }</b> is back { $back }.
    Another number, or another country, often works better.
    <i>Order #{ $order }</i>
order-banned =
    🚫 <b>{ $service }</b> · { $flag } { $country }
    This number turned out to be unusable. Your <b>{ $price }</b> is back { $back }.
    Please try another number.
    <i>Order #{ $order }</i>

# A rental: its newest messages follow, one a line.
order-active =
    🟢 <b>{ $service }</b> · { $flag } { $country } · rented
    Your number: <code>{ $phone }</code>
    Time left: <b>{ $left }</b>

    Every SMS to this number comes here by itself.
    <i>Order #{ $order } · { $price } paid</i>
order-ended =
    ☑️ <b>{ $service }</b> · { $flag } { $country } · rented
    Number: <code>{ $phone }</code>

    The time is over, this number is closed.
    <i>Order #{ $order } · { $price } paid</i>
order-message-code = ✉️ <code>{ $code }</code> · { $text }
order-message = ✉️ { $text }
order-esim =
    ✅ <b>{ $service }</b>
    Activation code: <code>{ $activation }</code>

    Scan the picture with the phone, or type the code in its settings under eSIM.
    <i>Order #{ $order } · { $price } paid</i>
# Another term of a rental that the supplier took back.
order-undone =
    ↩️ <b>{ $service }</b>: the rental that this renewed was given back, and your <b>{ $price }</b> is back { $back }.
    <i>Order #{ $order }</i>
order-renewed =
    ✅ <b>{ $service }</b>: the number is yours until { $until }.
    <i>Order #{ $order } · { $price } paid</i>

# Another term of a rental was not sold, whatever the reason.
order-refused-renewal =
    <b>{ $service }</b> · { $flag } { $country }
    Your number could not be prolonged. Your <b>{ $price }</b> is back { $back }.
    It stays yours until its time is over, and you can try again before that.
    <i>Order #{ $order }</i>
# A data plan was not sold, whatever the reason.
order-refused-esim =
    <b>{ $service }</b>
    This data plan could not be bought. Your <b>{ $price }</b> is back { $back }.
    Please look at the plans and their prices again.
    <i>Order #{ $order }</i>
order-refused-no-numbers =
    <b>{ $service }</b> · { $flag } { $country }
    The last number went just before you. Your <b>{ $price }</b> is back { $back }.
    Try again in a moment, or pick another country.
    <i>Order #{ $order }</i>
order-refused-price-moved =
    <b>{ $service }</b> · { $flag } { $country }
    The price went up while I was buying, so I did not buy. Your <b>{ $price }</b> is back { $back }.
    Take a look at the new price.
    <i>Order #{ $order }</i>
# The shop's own account at the supplier is empty; the operator has been told.
order-refused-provider-funds =
    <b>{ $service }</b> · { $flag } { $country }
    The shop cannot buy numbers at the moment. Your <b>{ $price }</b> is back { $back }, and the owner has been told.
    Please try again later.
    <i>Order #{ $order }</i>
order-refused-offer-gone =
    <b>{ $service }</b> · { $flag } { $country }
    This number is not sold any more. Your <b>{ $price }</b> is back { $back }.
    Please pick another country.
    <i>Order #{ $order }</i>
order-refused-busy =
    <b>{ $service }</b> · { $flag } { $country }
    The supplier is too busy right now, so nothing was bought. Your <b>{ $price }</b> is back { $back }.
    Please try again in a minute.
    <i>Order #{ $order }</i>
# The supplier refuses the shop's key; the operator has been told.
order-refused-key =
    <b>{ $service }</b> · { $flag } { $country }
    The shop cannot reach its account at the supplier. Your <b>{ $price }</b> is back { $back }, and the owner has been told.
    Please try again later.
    <i>Order #{ $order }</i>
order-refused-invalid =
    <b>{ $service }</b> · { $flag } { $country }
    The supplier did not take this order. Your <b>{ $price }</b> is back { $back }.
    Please pick another country or service.
    <i>Order #{ $order }</i>
# The answer was lost; the supplier's records show that nothing was sold.
order-refused-not-placed =
    <b>{ $service }</b> · { $flag } { $country }
    I have checked: the supplier gave out no number. Your <b>{ $price }</b> is back { $back }.
    You can try again now.
    <i>Order #{ $order }</i>
# A person at the shop decided to give the money back.
order-refused-operator =
    <b>{ $service }</b> · { $flag } { $country }
    The shop has looked into this order and ended it. Your <b>{ $price }</b> is back { $back }.
    You can try again now.
    <i>Order #{ $order }</i>

# Below the card when several SMS came. $codes: the earlier ones, newest first.
order-earlier = Earlier: { $codes }

# A new message, so that the phone rings.
sms-code =
    🔔 <b>{ $service }</b> code: <code>{ $code }</code>
    for { $phone }
# The SMS has no code that could be found. $text: the SMS, perhaps several lines.
sms-text =
    🔔 <b>{ $service }</b> SMS:
    { $text }

# An eSIM, with its picture.
esim-here =
    📶 <b>{ $plan }</b>
    Activation code: <code>{ $activation }</code>
    Scan this picture with the phone that shall use the plan.
# $left: until the rental ends.
rental-ends =
    ⏰ Your number { $phone } for <b>{ $service }</b> ends in { $left }. Renew it to keep it.
# The same where the supplier prolongs nothing.
rental-ends-for-good =
    ⏰ Your number { $phone } for <b>{ $service }</b> ends in { $left }. It cannot be prolonged, so move what you need to another number in time.

button-copy-number = 📋 { $phone }
button-copy-activation = 📋 Activation code
button-qr-code = 🔳 Picture
button-renew = 🔁 Renew
button-check = 🔄 Check now
button-rental = 📱 The number
button-copy-code = 📋 { $code }
button-cancel = Give it back
# $left: until the supplier allows it.
button-cancel-in = Give it back in { $left }
button-another = Another SMS
button-done = ✅ Done
button-again = 🔁 Another number
# One order in the list. $state: the word that the database keeps.
button-order = #{ $order } { $flag } { $service } · { $state ->
        [placing] getting a number
        [in_doubt] checking
        [needs_operator] being looked at
        [refused] money back
        [waiting] waiting for SMS
        [cancelling] being given back
        [code_received] code is here
        [finished] done
        [cancelled] given back
        [expired] no SMS, money back
        [banned] unusable, money back
        [active] rented
        [ended] rental over
        [fulfilled] done
        [undone] given back, money back
       *[other] open
    }

# Notices after a tap on an order's buttons.
cancel-too-early = The supplier takes this number back in { $left } at the earliest. Your money is safe; if no code comes, you get it back.
# The number is not there yet, or it is being checked whether there is one.
cancel-not-yet = There is no number to give back yet. Your money is set aside, not spent; you either get a number or your money back.
# A code has come, so the number is paid for.
cancel-has-code = The code is already here, so this number cannot be given back. You find the code in /orders.
cancel-asked = Giving the number back. Your money returns as soon as the supplier confirms.
cancel-impossible = This number cannot be given back early. If no SMS comes until its time is over, you get your money back.
cancel-nothing-open = You have no open number, so there is nothing to give back. Your money is all on your balance.
# Several numbers are open; buttons follow.
cancel-which = Which number do you want to give back?
another-asked = Asked for another SMS. It comes here by itself, at no extra charge.
another-failed = The supplier did not answer. Nothing was charged. Please try again in a moment.
another-unsupported = This number gets one SMS only. Nothing was charged; buy another number if you need one more code.
check-news = Something new came. It is here now.
check-nothing = No new SMS yet. It comes here by itself.
renew-over = This rental is over. Nothing was charged.
renew-impossible = This number cannot be renewed. Nothing was charged.
renew-under-way = Another term of this number is being paid for already. You pay once.
renew-gone = <b>{ $service }</b> · { $flag } { $country } cannot be renewed at the moment. Nothing was charged. Please try again later.
rental-given-back = Given back. Your money is back { $back }.
rental-not-taken-back = The supplier does not take this number back any more. It stays yours until its time is over.
rental-unclear = The supplier did not answer clearly. If the number was given back, your money comes back by itself in a moment.
qr-code-sent = Here comes the picture.
done-thanks = Thank you! The number is closed.

orders-title = <b>Your orders</b>, open ones and newest first
orders-empty = You have not bought anything yet. Your first number is two taps away.
order-not-found = I cannot find that order. See /orders for all of yours.
# $state: the word that the database keeps.
order-closed = This order is over: { $state ->
        [refused] nothing was bought and the money is back { $back }
        [finished] the code came and is in /orders
        [cancelled] the number was given back and the money is back { $back }
        [expired] no SMS came and the money is back { $back }
        [banned] the number was unusable and the money is back { $back }
        [ended] its time is over, and its messages are in /orders
        [fulfilled] you have got it, and it is in /orders
       *[other] look into /orders
    }.


## Balance

# $held: set aside for open orders.
balance-title =
    Your balance: <b>{ $balance }</b>
    Set aside for open orders: { $held }
# $line: how much the customer may owe.
balance-line = Credit line: you may owe up to { $line }
balance-empty = Nothing has moved on your balance yet. Ask the owner of this shop for a top-up to get started.
# $sign: + or −. $what: one of the movement-... below. $when: a date and time.
balance-movement = { $sign }{ $amount } · { $what } · { $when }

movement-topup = Top-up
movement-hold = { $service }, order #{ $order }
movement-release = Money back, order #{ $order }
movement-capture = Paid, order #{ $order }
movement-voucher = Voucher
movement-debit = Taken back by the shop
movement-refund = Paid back, order #{ $order }
movement-gift = Given to a group’s pool
movement-return = Back from a group’s pool
movement-merge = Two pools became one


## Top-up, for admins only

# Also sent when only part of it was typed.
topup-usage =
    Type whom and how much: <code>/topup @anna 5</code> or <code>/topup 123456789 2.50</code>
    You can also answer one of their messages with <code>/topup 5</code>. What follows the amount is a note. Nothing moves before you confirm.
# $typed: what was typed as the amount.
topup-bad-amount-not-a-number = “{ $typed }” is not an amount. Nothing was moved. Write digits with a point, like <code>5</code> or <code>2.50</code>.
topup-bad-amount-not-positive = The amount must be above zero. Nothing was moved. Write it like <code>5</code> or <code>2.50</code>.
topup-bad-amount-too-precise = “{ $typed }” has more than four digits after the point. Nothing was moved. Write it like <code>5</code> or <code>2.50</code>.
# $largest: the largest amount that one top-up may have.
topup-bad-amount-too-large = “{ $typed }” is more than one top-up may be ({ $largest }). Nothing was moved. Check the amount, or split it.
# $who: what was typed as the person.
topup-unknown-person = I do not know “{ $who }”. Nothing was moved. Ask them to send me /start once, then try again.
# $after: their balance afterwards.
topup-confirm =
    Add <b>{ $amount }</b> to the balance of <b>{ $name }</b>?
    They have { $balance } now and will have <b>{ $after }</b>.
button-confirm = ✅ Yes, add it
button-drop = No
topup-done = ✅ Added <b>{ $amount }</b>. <b>{ $name }</b> has { $balance } now.
topup-dropped = All right, nothing was moved.
topup-already = This top-up is settled already. Nothing was moved a second time.
# To the person whose balance grew.
topup-received =
    💰 <b>{ $amount }</b> was added to your balance. You have <b>{ $balance }</b> now.
    What do you need a number for? Tap below or just type it.


# $note: what an admin wrote beside an amount.
topup-note = Note: { $note }
# A notice. $left: what may still be issued within the day.
topup-over-limit = An admin may add { $limit } within a day, and you have { $left } left. Nothing was moved. Ask an owner, or wait.

debit-usage =
    Type from whom and how much: <code>/debit @anna 5</code> or <code>/debit 123456789 2.50</code>
    You can also answer one of their messages with <code>/debit 5</code>. What follows the amount is a note. Nothing moves before you confirm.
debit-confirm =
    Take <b>{ $amount }</b> back from the balance of <b>{ $name }</b>?
    They have { $balance } now and will have <b>{ $after }</b>.
button-confirm-debit = ✅ Yes, take it
debit-poor = <b>{ $name }</b> has only { $balance }, so { $amount } cannot be taken back. Nothing was moved.
# A notice: it was spent between asking and confirming.
debit-gone = They do not have that much any more. Nothing was moved. Ask for less with /debit.
debit-done = ✅ Took <b>{ $amount }</b> back. <b>{ $name }</b> has { $balance } now.
# To the person whose balance shrank.
debit-received = <b>{ $amount }</b> was taken back from your balance by the shop. You have <b>{ $balance }</b> now. If you do not know why, ask the owner of this shop.

# What one admin has confirmed is so much that a second person must agree. $asker: who wants it.
second-awaited = <b>{ $amount }</b> for <b>{ $name }</b> needs a second person's tap. I have asked the others; they have { $balance } until somebody agrees.
second-topup =
    <b>{ $asker }</b> wants to add <b>{ $amount }</b> to the balance of <b>{ $name }</b>, who has { $balance }.
    Nothing moves unless you agree.
second-debit =
    <b>{ $asker }</b> wants to take <b>{ $amount }</b> back from the balance of <b>{ $name }</b>, who has { $balance }.
    Nothing moves unless you agree.
button-agree = ✅ I agree
button-decline = Decline
second-agreed = ✅ Somebody agreed: <b>{ $amount }</b> for <b>{ $name }</b> is done.
second-declined = <b>{ $amount }</b> for <b>{ $name }</b> was declined. Nothing was moved.
# Notices.
second-not-yourself = It was you who asked, so somebody else must agree. Nothing was moved yet.
second-nobody = This needs a second person's tap, and nobody else here may do it. Nothing was moved. Ask an owner to write to me once.
second-asker-gone = Whoever asked for this may not do it any more. Nothing was moved.

line-usage = Type who may owe how much: <code>/creditline @anna 20</code>, and <code>/creditline @anna 0</code> to end it.
line-set = <b>{ $name }</b> may owe up to <b>{ $line }</b> now, and has { $balance }.
line-owes-more = <b>{ $name }</b> has { $balance } and so owes more than { $line }. Nothing was changed.


## Vouchers

voucher-usage =
    Make codes: <code>/voucher new 5 x20 30d</code>, twenty codes worth 5 each that last 30 days, each for one person.
    One code for many: <code>/voucher new 5 x20 each</code>, for twenty people, each of them once.
    End them early: <code>/voucher end 3</code>. At most 50 codes at once.
# $id: the batch. $codes: how many. The codes follow, one a line.
voucher-made =
    🎟 { $codes ->
        [one] <b>One voucher of { $amount }</b>, for one person
       *[other] <b>{ $codes } vouchers of { $amount }</b>, each for one person
    }, until { $until } (batch #{ $id })
    Only you see them, and only now: keep them. They are redeemed with <code>/redeem</code> and the code.
voucher-shared =
    🎟 <b>A voucher of { $amount }</b> for { $uses } people, each of them once, until { $until } (batch #{ $id })
    Only you see it, and only now: keep it. It is redeemed with <code>/redeem</code> and the code.
voucher-line = #{ $id }: { $codes } × { $amount }, people each: { $uses }, redeemed: { $redeemed }, until { $until }
voucher-too-much = { $amount } in vouchers is more than you may issue alone. Nothing was made. Ask an owner.
voucher-ended = Batch #{ $id } is over: nobody can redeem its codes any more.
voucher-unknown = There is no batch #{ $id } that could be ended.
redeem-usage = Type the code behind it: <code>/redeem ABCD-EFGH-JKMN-PQRS</code>
redeem-done = 🎟 <b>{ $amount }</b> was added to your balance. You have <b>{ $balance }</b> now.
redeem-wrong = “{ $typed }” is not a voucher's code. Nothing was moved. Check it letter by letter, and try again.
redeem-expired = This voucher's time is over. Nothing was moved. Ask whoever gave it to you.
redeem-yours = You have redeemed this voucher already, and its money is on your balance: { $balance }.
redeem-used-up = Somebody else has redeemed this voucher. Nothing was moved. Ask whoever gave it to you.
redeem-too-often = Too many wrong codes. Try again in { $left }; your balance is as it was.


## Deposits: money that a shop takes by hand

# Below the operator's own words on how to pay.
deposit-how = Once you have paid, type how much and what helps us find it: <code>/deposit 20 from Anna</code>
deposit-none = This shop has no way to pay that I know of. Ask { $owners } to top up your balance.
deposit-none-alone = This shop has no way to pay that I know of. Ask its owner to top up your balance.
deposit-asked = Thank you! I have told the shop that you paid { $amount } (#{ $id }). You hear from me as soon as somebody has looked.
deposit-too-many = You have three requests open already. Somebody will look at them; nothing is lost.
# What the customer reads beside the money.
deposit-note = deposit #{ $id }
# For admins.
deposit-card =
    💵 <b>{ $name }</b> says they paid <b>{ $amount }</b> (deposit #{ $id }). They have { $balance }.
    If it was another amount: <code>/approve { $id } 18.50</code>
button-approve = ✅ Add { $amount }
approve-usage = Type which deposit and how much was paid: <code>/approve 12 18.50</code>
deposit-declined = Declined. <b>{ $name }</b> was told, and nothing was moved.
# A notice.
deposit-settled = Somebody has decided this already. Nothing was moved a second time.
# To the customer.
deposit-refused = The shop has not found your payment of { $amount } (#{ $id }), so nothing was added. Ask { $owners } if you did pay.
deposit-refused-alone = The shop has not found your payment of { $amount } (#{ $id }), so nothing was added. Ask the owner if you did pay.


## Staff, for owners only. $role: the word that the database keeps

grant-usage = Type whom and which role: <code>/grant @anna admin</code> or <code>/grant @anna support</code>. Admins move money, support looks things up.
grant-done = <b>{ $name }</b> is { $role ->
        [admin] an admin now: they can top up, take back and settle orders.
       *[support] support now: they can look at customers and send codes again.
    }
# To the person.
appointed = You are { $role ->
        [admin] an admin
       *[support] support
    } of this shop now. See /help for what you can do.
appointed-no-more = You have no role in this shop any more. Your own balance and orders are as they were.
revoke-usage = Type whose role ends: <code>/revoke @anna</code>
revoke-done = <b>{ $name }</b> has no role here any more.
staff-title = <b>Who runs this shop</b>
staff-line = { $name } · { $role }
# A notice.
not-your-right = Your role does not include that. Nothing was changed.

log-title = <b>What owners and staff did</b>, newest first
log-empty = Nobody has done anything yet.
# $act: the word that the database keeps. $subject: to whom. $before, $after: a balance, a role, an order's state.
log-line = { $when } · { $actor } ({ $role }) · { $act ->
        [top_up] top-up
        [pool_top_up] pool topped up
        [pool_return] pool given back
        [debit] debit
        [credit_line] credit line
        [grant] role granted
        [revoke] role revoked
        [refund] money given back
        [adopt] order adopted
        [resend] codes sent again
        [vouchers] vouchers made
        [vouchers_end] vouchers ended
        [deposit_declined] deposit declined
        [unlink] accounts parted
       *[other] { $act }
    } · { $subject }: { $before } → { $after }
log-order = order #{ $order }


## Customers, for admins only

customer-usage = Type whom: <code>/customer @anna</code> or <code>/customer 123456789</code>, or answer one of their messages with <code>/customer</code>.
# $identity: platform and id. $held: set aside for open orders. $orders: how many. $spent: what they have paid in all.
customer-card =
    <b>{ $name }</b> · <code>{ $identity }</code>
    Balance: <b>{ $balance }</b>, set aside: { $held }
    Orders: { $orders }, paid in all: { $spent }

# Below the card.
customer-line = May owe up to { $line }
customer-role = Role: { $role }
resend-usage = Type the order's number: <code>/resend 12</code>
resend-unknown = There is no order { $order }. Nothing was sent.
resend-nothing = Order #{ $order } has no SMS yet, so there is nothing to send again.
resend-done = Order #{ $order }: { $count ->
        [one] its SMS was
       *[other] its { $count } SMS were
    } sent to the buyer again.

# Below the card, when the person has blocked the shop.
customer-unreachable = ⚠️ They have blocked the shop, so nothing reaches them. Their codes stay in /orders.


## Prices at the supplier, for admins only

# Orders of 30 days that cost more ($dearer, $rise in all) or less ($cheaper, $fall) than listed; lines follow.
prices-title =
    <b>Charged beside the supplier's list</b>, in 30 days
    More than listed: { $dearer ->
        [one] one order
       *[other] { $dearer } orders
    }, { $rise } in all
    Less than listed: { $cheaper ->
        [one] one order
       *[other] { $cheaper } orders
    }, { $fall } in all
# $outcome: what became of the customer's money.
prices-line = #{ $order } { $service } · { $flag } { $country }: listed { $listed }, charged { $charged }, customer { $price } { $outcome ->
        [paid] paid
        [held] set aside
       *[back] given back
    }


## The desk, for admins only

desk-title = <b>The desk</b>
# The shop's own account at the supplier.
desk-reseller = Balance at { $provider }: <b>{ $balance }</b>
desk-reseller-unknown = Balance at { $provider }: it does not tell just now
# At the pace of the last 24 hours.
desk-lasts = At this pace it lasts { $unit ->
        [days] { $count } days
       *[hours] { $count ->
            [one] one hour
           *[other] { $count } hours
        }
    }.
# $held: on customers' balances. $owed: what customers owe. $escrow: set aside for open orders.
desk-held = Customers hold { $held } and owe { $owed }; { $escrow } is set aside for open orders
desk-open = Open orders: { $open } · messages on their way: { $messages }
# $repaid: paid back after it was earned.
desk-sales = <b>Last 24 hours</b>: { $sold } sold for { $sales }, { $repaid } paid back later, profit <b>{ $profit }</b>
# Numbers that got an SMS. $seconds: half of them were faster.
desk-delivery = { $service }: { $delivered } of { $tried } got their SMS{ $delivered ->
        [0] { "" }
       *[other] , half of them within { $seconds } s
    }
desk-down = ⚠️ The supplier does not answer. Nothing new is sold until it does.
desk-unsettled = 🔎 These orders are not settled:
button-desk-order = #{ $order }
button-desk-again = 🔄 Again
find-usage =
    Whom or what? For example <code>/find 12</code>, <code>/find +6281234567890</code> or <code>/find @anna</code>.
find-orders = Orders of this number, newest first:
find-nothing = I find nothing for “{ $typed }”. Give me an order's number, a phone number, @name or platform:id.


## An order, for admins only: what is known of it, and how to settle it where nothing else does

# $kind, $days: what was bought. $listed: what the supplier's list said. $key: the beginning of the key it was asked with.
doubt-card =
    🔎 <b>Order #{ $order }</b>: { $state ->
        [placing] being bought
        [in_doubt] being settled
        [needs_operator] waits for you
        [waiting] waits for its SMS
        [cancelling] being given back
        [code_received] its SMS is here, and another may come
        [active] a rental under way
        [refused] refused, the money went back
        [cancelled] given back, and so was the money
        [expired] no SMS came, the money went back
        [banned] the number was unusable, the money went back
        [undone] taken back, and so was the money
       *[other] done
    }
    { $service } · { $flag } { $country } · { $kind ->
        [rental] rental, days: { $days }
        [renewal] another term, days: { $days }
        [esim] eSIM
       *[activation] one code
    }
    Customer: <b>{ $name }</b> · <code>{ $identity }</code>
    Price: { $price }, listed at { $listed }
    { $provider } · key <code>{ $key }</code>
# One step of its history. $event: the word that the database keeps.
doubt-event = { $when } · { $event ->
        [bought] paid by the customer
        [rejected] the supplier sold nothing
        [not_placed] the supplier's records show nothing
        [sms] an SMS came
        [banned] the number is unusable
        [cancel_asked] the customer gives it back
        [cancel_declined] the supplier keeps it open
        [done_asked] closed by the customer
        [provider_cancelled] taken back by the supplier
        [provider_expired] ran out at the supplier
        [operator_refund] given back by an admin
        [operator_adopt] found by an admin
        [extended] prolonged
        [unclear] the answer was lost
        [gave_up] given up
        [accepted] sold by the supplier
        [overpriced] too dear, to be given back
        [provider_completed] closed by the supplier
       *[other] { $event }
    }
doubt-line =
    The supplier's order <code>{ $id }</code>, number <code>{ $phone }</code>, ends { $until }.
doubt-line-advice = Look it up there. If it brought the customer nothing, give the money back.
# The supplier has no list of orders. $amount: its balance before the purchase, in its own currency.
doubt-balance =
    The supplier has no list of orders. Before the purchase your balance there was { $amount }, { $when }.
    If money is missing that no order explains, the number was sold and nobody can reach it. Give the customer the money back.
doubt-no-records = The supplier's records cannot settle this one from here. Look there yourself, then decide.
doubt-unreadable = The supplier's records cannot be read at the moment. Look again in a minute.
doubt-nothing = The supplier's records show nothing that could be this order.
doubt-found = <b>This could be it, by the supplier's records:</b>
doubt-record = <code>{ $id }</code> · { $when } · { $status ->
        [active] open
        [code] code came
        [completed] closed
        [cancelled] cancelled
        [expired] expired
       *[banned] banned
    } · { $price } · <code>{ $phone }</code>
button-doubt = 🔎 Look into it
button-doubt-again = 🔄 Look again
button-adopt = ✅ This is it: { $id }
adopt-done = ✅ Order #{ $order } has its number now, and the customer was told.
# Notices.
adopt-gone = The supplier's records do not show this one now, or another purchase has it. Nothing was changed. Look again.
adopt-unread = The supplier did not show that order. Nothing was changed. Try again in a minute.
adopt-empty = The supplier does not show what the customer needs of it (a number, or an eSIM's code). Nothing was changed.
# $count: what the supplier's records show that could be it.
refund-confirm =
    The supplier's records show { $count ->
        [one] an order
       *[other] { $count } orders
    } that could be #{ $order }. If it is, the shop pays for it and the customer gets the money back as well.
    Look into it first, or give the money back all the same.
# The customer has a number that still waits for its SMS.
refund-confirm-open =
    The number of order #{ $order } is still open, and its time is not over. If you give the money back now, a code that still comes costs the customer nothing.
    Look into it first, or give the money back all the same.
button-refund-anyway = ↩️ Give it back all the same


## When something is in the way

not-allowed = Only the owner of this shop can do that. Nothing was changed.
# Something broke inside.
apology = Something went wrong on my side. Your money is safe and nothing was charged twice. Please look into /orders, then try again.
too-fast = One at a time, please. I have not done your last tap; wait a moment and tap again. Nothing was charged for it.
# Shown in public where the shop cannot write to the person in private. Never a code, a number or an amount.
news-awaits = Something of yours has arrived, and I cannot write to you in private. Look into /orders.
# Somebody tapped a button below a message that is for somebody else.
not-yours = These buttons belong to somebody else. Type /menu to get your own.
# A notice in a group: what was asked for is for one person's eyes only.
sent-in-private = I have written to you in our private chat.
# Shown in a group to someone whom the shop cannot write to yet.
open-private-first = Numbers and codes are for your eyes only. Open a private chat with me, tap Start, and buy there. Nothing was charged.


## Notices to the owner. $provider: the supplier's name in the configuration.

operator-notice-provider-down =
    ⚠️ <b>{ $provider }</b> does not answer.
    Open orders keep their money set aside and are watched again as soon as it is back. Nothing new can be sold until then.
operator-notice-provider-back = ✅ <b>{ $provider }</b> answers again. Open orders are being watched.
operator-notice-key-refused =
    🔑 <b>{ $provider }</b> refuses the shop's key. Nothing can be bought, and whoever tried has the money back.
    Check the key at the supplier, put the right one into the configuration and start the shop again.
# The shop's own account at the supplier does not suffice for an order.
operator-notice-funds-low =
    🪫 The shop's own balance at <b>{ $provider }</b> is too low to buy numbers.
    Top it up there. Until then orders are refused; those customers get their money back.
operator-notice-funds-short =
    🪫 At the pace of the last 24 hours the shop's balance at <b>{ $provider }</b> is used up in less than half a day.
    Top it up there, so that nobody is refused.
operator-notice-funds-enough = ✅ The shop's balance at <b>{ $provider }</b> lasts more than half a day again.
operator-notice-few-codes =
    📭 In the last two hours not even half as many numbers of <b>{ $provider }</b> got their SMS as in the last 24.
    Whoever gets none has the money back. Look at /desk which service it is.
operator-notice-codes-come = ✅ Numbers of <b>{ $provider }</b> get their SMS as often as before again.
operator-notice-books-differ =
    🧮 The books do not agree: a balance or an order differs from what the transfers say.
    Keep a copy of the database (<code>numdesk backup</code>) and run <code>numdesk audit</code>; it names every difference.
button-desk = 📊 The desk
# $field: the part of the answer that could not be read.
operator-notice-garbage =
    ⚠️ <b>{ $provider }</b> sends answers that I cannot read (at { $field }).
    Orders touched by this keep their money set aside. If it goes on, tell the supplier, or look for a new version of the shop.
# It is not known whether a number was sold for this order.
operator-notice-needs-operator =
    🔎 Order #{ $order } needs you: I cannot find out from <b>{ $provider }</b> what became of it.
    The customer's money is set aside. Look into the supplier's own order list. If it never gave a number, or the number brought nothing, give the money back.
button-refund = ↩️ Give the money back
refund-done = ↩️ Order #{ $order }: the customer has the money back, and was told.
# Notices.
refund-settled = This order is settled. No money is set aside for it, and nothing was moved.
refund-not-yet = This order is just being bought. Nothing was moved; try again in a minute.
# $orders: how many in a day. $sum: how much more in all.
operator-notice-prices-risen =
    📈 Prices at <b>{ $provider }</b> have risen since its list: { $orders ->
        [one] one order
       *[other] { $orders } orders
    } in a day, { $sum } more. See /prices.
# $cost: what the supplier booked. $price: what the customer pays.
operator-notice-below-cost =
    📉 Order #{ $order } cost { $cost } at the supplier, more than the { $price } that the customer pays.
    The customer pays no more than that. If this repeats, raise the margin.


## One person on two platforms

# Answers /link. $code: ABCD-EFGH. $left: how long it lives.
link-code =
    Your code: <code>{ $code }</code>
    Send <code>/link { $code }</code> to this shop from your account on the other platform, within { $left }. Both accounts then share one balance and all orders.
    Give it to nobody, and never send a code that somebody gave you: whoever is joined with you can spend your money.
# $name, $identity: the account that made the code. $balance: what is in the wallet of whoever reads this.
link-confirm =
    Join this account with <b>{ $name }</b> · <code>{ $identity }</code>?
    The two wallets become one: your <b>{ $balance }</b> goes in, and both accounts spend from it and see all orders.
    Do that only if both accounts are yours: whoever uses the other one can spend your money. Only the people who run this shop can undo it.
# Below it. $identity: whose credit line it is.
link-line-ends = The credit line of <b>{ $line }</b> that <code>{ $identity }</code> has ends with that.
button-link-yes = Yes, join them
link-no-code = That is no code, and nothing was changed. A code has eight letters and digits. Get one with /link on the other platform, then send it here.
# $left: how many more may be wrong.
link-wrong =
    This code is wrong, used or too old. Nothing was changed. { $left ->
        [0] Try again in an hour.
        [one] You can try once more.
       *[other] You can try { $left } more times.
    } Get a fresh one with /link on the other platform.
# $left: how long to wait.
link-wait = Too many codes were wrong, so nothing was looked at and nothing was changed. Try again in { $left }.
link-same-place = This code was made here. Nothing was changed. Send it from your account on the other platform.
link-same-platform = One of these accounts is joined with another of the same platform already. Nothing was changed. Ask the owner of this shop to undo that first.
link-staff = One of these accounts helps to run this shop, and its rights must not pass to another one. Nothing was changed. Ask the owner of this shop to take the role away, join the accounts, and be given the role again.
link-owes = One of these accounts owes this shop money, so they cannot be joined now. Nothing was changed. Settle that first, then send the code again.
link-already = These accounts are joined already: one balance, and all orders in /orders.
# Somebody typed a code where others read it.
link-public = Others can read that code here, so it no longer works. Nothing was changed. Get a new one with /link and send it in our private chat.
link-done = ✅ Joined. Both accounts share one balance now: <b>{ $balance }</b>. You find all orders in /orders; each code still comes where its number was bought.
# To the account that made the code. $name, $identity: who joined.
link-told =
    🔗 <b>{ $name }</b> · <code>{ $identity }</code> is joined with this account now. You share one balance: <b>{ $balance }</b>.
    If that is not you, tell the owner of this shop at once. They can undo it.
movement-link = Accounts joined
movement-unlink = Accounts parted

# Below a customer's card: another account of theirs. $brought: what was in its wallet.
customer-linked = Joined with <code>{ $identity }</code>, which brought { $brought }.
button-unlink = 🔗 Undo the link
button-unlink-yes = Yes, undo it
# $name, $identity: the account that leaves. $brought: what was in its wallet. $returned: what it takes along.
unlink-confirm =
    Part <b>{ $name }</b> · <code>{ $identity }</code> from this customer?
    It brought { $brought } and takes <b>{ $returned }</b> along: what it brought or got back for its own older orders, as far as it is left. What was spent stays spent.
    Orders from before the link go with it. Orders made since stay here; their codes still go where they were bought.
unlink-done = ✅ Parted. <b>{ $name }</b> · <code>{ $identity }</code> is a customer of its own again and took <b>{ $returned }</b> along.
unlink-already = This link is undone already. Nothing was moved.
# To both accounts. $returned: what the account that came along took back.
unlink-told = 🔗 Somebody who runs this shop has parted your accounts. { $returned } of what was brought went back. Your balance here: <b>{ $balance }</b>.


## Pools: what a group has together

# $group: the group's name, in all of these.
pool-this-group = this group
# As a name: in "Add $5.00 to ...".
pool-name = the pool of { $group }
pool-usage =
    <code>/pool</code> shows what your group has together.
    <code>/pool give 5</code> gives to it from your balance.
    Administrators of the group change its rules by the buttons below /pool.
    The shop’s staff add money with <code>/pool topup 20</code>.
pool-only-in-groups = A pool belongs to a group. Add me to yours and send /pool there.
pool-title =
    👥 <b>The pool of { $group }</b>
    Balance: <b>{ $balance }</b>
# Also a notice.
pool-is-frozen = This pool is frozen, because I am not in its group. Nothing is spent and nothing was charged. Add me to the group again to go on.
pool-how = Give to it: <code>/pool give 5</code>. Spend: <code>/buy whatsapp indonesia</code>, and choose who pays.
# Rules, one a line. $most: an amount, or pool-no-limit.
pool-spenders-everyone = May spend: everyone in the group
pool-spenders-listed = May spend: members on the list
pool-spenders-role = May spend: members with a role
pool-spenders-administrators = May spend: administrators
pool-no-limit = no limit
pool-cap-order = One order: { $most }
pool-cap-member = One member within 24 hours: { $most }
pool-cap-day = All together within 24 hours: { $most }
pool-cap-approval = An administrator is asked above: { $most }
pool-services-all = Services: all
pool-services-some = Services: { $count ->
        [one] only one
       *[other] { $count } of them
    }
pool-shows = Numbers and codes: shown in the group
pool-hides = Numbers and codes: to the buyer alone
pool-spent-nothing = Nobody has spent anything this week.
pool-spent = <b>Spent this week</b>
# $colour: a coloured square.
pool-spent-line = { $colour } { $name }: { $amount } ({ $orders ->
        [one] one number
       *[other] { $orders } numbers
    })
button-pool = ‹ The pool
button-pool-rules = ⚙️ Rules
button-pool-return = ↩️ Give back what is left

pool-rules-title =
    ⚙️ <b>Rules of the pool of { $group }</b>

    {""}
button-pool-everyone = Everyone
button-pool-administrators = Administrators
button-pool-listed = A list…
button-pool-services = Services…
button-pool-show = Show in the group
button-pool-hide = To the buyer alone
# $rule: one of the lines above.
pool-cap-title =
    { $rule }
    What shall it be?
button-pool-cap = { $amount }
pool-members-title =
    <b>Who may spend</b>
    Tap a name to put somebody on the list, or to take them off. Whoever is missing here sends /pool once.
pool-services-any =
    <b>Services</b>
    Everything may be bought. Tap what you want, and from then on only that may be.
pool-services-title =
    <b>Services</b>
    Only what has a tick may be bought.
button-pool-ticked = { $mark } { $name }

pool-give-poor = You have { $balance }, so you cannot give { $amount } to the pool of { $group }. Nothing was moved.
pool-give-confirm =
    Give <b>{ $amount }</b> to the pool of <b>{ $group }</b>?
    You will have { $after } left. Whoever may spend from the pool can then spend it.
button-pool-give = ✅ Yes, give it
pool-given = ✅ You gave <b>{ $amount }</b>. The pool of <b>{ $group }</b> has { $balance } now.
# Notices.
pool-give-gone = You do not have that much any more. Nothing was moved.
pool-give-settled = This is settled already. Nothing was moved a second time.
pool-topup-confirm =
    Add <b>{ $amount }</b> to the pool of <b>{ $group }</b>?
    It has { $balance } now and will have <b>{ $after }</b>.

# Notices: why a pool does not pay. Nothing was charged.
pool-administrators-only = Only administrators of this group can do that.
pool-standing-unknown = I could not find out who you are in this group, so I did nothing and nothing was charged. Please try again.
pool-not-a-member = Only members of the group spend from its pool. Nothing was charged.
pool-not-a-spender = You may not spend from this pool; nothing was charged. The group’s administrators decide that below /pool.
pool-service-not-allowed = This pool does not pay for this service. Nothing was charged. The group’s administrators decide that below /pool.
pool-over-order = One order from this pool may cost { $most }. Nothing was charged.
pool-over-member = You may spend { $most } from this pool within 24 hours and have { $left } left. Nothing was charged.
pool-over-day = The group may spend { $most } from its pool within 24 hours and has { $left } left. Nothing was charged.
pool-poor = The pool does not have that much any more. Nothing was charged. Ask for the price again to pay yourself.
pool-request-open = An administrator was asked for this. It is bought when one approves within ten minutes, and otherwise nothing is charged.

pool-request-asked = ⏳ I have asked the administrators of <b>{ $group }</b>. When one of them approves within ten minutes, the number is bought for { $price } and comes here. Nothing is charged before.
# To the group. $name: who asks.
pool-request =
    🙋 <b>{ $name }</b> would like <b>{ $service }</b> · { $flag } { $country } for <b>{ $price }</b> from the pool.
    An administrator may approve within { $left }.
button-pool-approve = ✅ Approve
pool-request-approved = ✅ Approved by { $by }: the number goes to <b>{ $name }</b>.
pool-request-declined = Declined: <b>{ $name }</b> buys nothing, and the pool of { $group } paid nothing.
pool-request-lapsed = Nobody answered within ten minutes, so <b>{ $name }</b> bought nothing and the pool of { $group } paid nothing.
# To the buyer.
pool-you-were-declined = An administrator declined your purchase. Nothing was charged. You can ask for the price again and pay yourself.
pool-nobody-answered = No administrator answered within ten minutes, so nothing was bought and nothing was charged. Ask for the price again to try once more.

# To a group that wants to see it. $name: the buyer.
pool-number = 📱 <b>{ $name }</b> has a number for { $service } · { $flag } { $country }: <code>{ $phone }</code>
pool-code = 💬 <b>{ $service }</b> · { $flag } { $country } for { $name }: <code>{ $code }</code>

operator-notice-pool-frozen =
    🧊 I was removed from <b>{ $group }</b>. Its pool is frozen, with <b>{ $balance }</b> in it.
    When I am added again it goes on; or give back what is left.
pool-return-confirm =
    Give back all <b>{ $amount }</b> in the pool of <b>{ $group }</b>? Everybody gets the same part of what they gave.
    {""}
pool-return-line = { $name }: <b>{ $amount }</b>
# What top-ups put in.
pool-return-shop = The shop
button-pool-return-yes = ✅ Yes, give it back
pool-returned = ✅ <b>{ $amount }</b> from the pool of <b>{ $group }</b> went back to those who gave it.
# Notices.
pool-return-held = Open orders of this pool hold { $held }, which may still come back. Nothing was moved. Try again when they are over.
pool-return-nothing = There is nothing to give back. Nothing was moved.
# To somebody who gave.
pool-came-back = 💰 <b>{ $amount }</b> came back to you from the pool of <b>{ $group }</b>. You have <b>{ $balance }</b> now.
