# Texts that carry numbers, dates or reasons. The screens' labels live in the shells.

day-of-month = { $day } { $month ->
    [1] January
    [2] February
    [3] March
    [4] April
    [5] May
    [6] June
    [7] July
    [8] August
    [9] September
    [10] October
    [11] November
   *[12] December
}
day = { day-of-month } { $year }

days = { $count ->
    [one] { $count } day
   *[other] { $count } days
}

receipts = { $count ->
    [one] { $count } receipt
   *[other] { $count } receipts
}

## The way to a tier

progress-to-next = { $missing } to go to { $tier }
progress-next = { $tier } is the next tier
progress-top = { $tier } is the programme’s highest tier
progress-unknown = The programme’s rules have not been loaded yet
progress-pending = Another { $amount } being verified would make it { $tier }

## A receipt's state

state-captured = Saved, waiting to be sent
state-pending = Being verified
state-credited = Counted
state-credited-return = Return counted
state-rejected = Not counted
state-reversed = Returned
state-unknown = Update the app to see the state

state-captured-sentence = The receipt is saved on the phone and will go by itself as soon as there is a connection.
state-pending-sentence = The receipt has been sent. Waiting for the tax service.
state-pending-check-sentence = The receipt has been sent. The tax service will answer later: next check { $at }.
state-credited-sentence = { $amount } counts.
state-credited-return-sentence = The return is taken into account: { $amount } no longer counts.
state-credited-partly-sentence = { $amount } counts: { $returned } was returned.
state-reversed-sentence = The purchase was returned in full and no longer counts.
queue-wedged-sentence = It is saved on the phone, but could not be sent (code { $code }).

## Why a receipt does not count

reason-not-this-gallery = The tax service says that this receipt was not issued in VREMENA GODA.
reason-too-old = The receipt is too old: the programme takes receipts up to the age that its rules name.
reason-already-counted = You already have this receipt counted.
reason-counted-by-another = This receipt is already counted for another member.
reason-return-unlinked = This is a receipt of a return: it does not say which purchase was returned.
reason-below-minimum = The receipt’s total is below the programme’s minimum.
reason-excluded-category = Purchases of this category do not take part in the programme.
reason-not-found = The tax service has never found this receipt.
reason-data-differ = The data in the code differ from the tax service’s.
reason-unsupported-operation = This is no purchase: the programme takes receipts of sales and of their returns.
reason-unknown = The reason is a new one that this version of the app does not know.

## A receipt's story

month = { $month ->
    [1] January
    [2] February
    [3] March
    [4] April
    [5] May
    [6] June
    [7] July
    [8] August
    [9] September
    [10] October
    [11] November
   *[12] December
} { $year }

rule-too-old = Rules, version { $version }: receipts are taken up to { $limit ->
    [one] { $limit } day
   *[other] { $limit } days
} old, and this one is { $age ->
    [one] { $age } day
   *[other] { $age } days
} old.
rule-below-minimum = Rules, version { $version }: receipts are taken from { $least }, and this one is of { $amount }.
rule-not-found = Rules, version { $version }: a receipt is looked for during { $limit ->
    [one] { $limit } day
   *[other] { $limit } days
}, and the tax service has not found this one.
rule-excluded-category = Rules, version { $version }: purchases of the category “{ $category }” do not count.
rule-not-this-gallery = Rules, version { $version }: receipts of VREMENA GODA are taken, and the tax service says that this one was issued elsewhere.
rule-data-differ = Rules, version { $version }: a receipt’s data must be those of the tax service, and in this one they differ.
rule-unsupported-operation = Rules, version { $version }: receipts of sales and of their returns are taken, and this is neither.
rule-unnamed = { $sentence } Decided by version { $version } of the rules.
state-credited-before-sentence = You already have this receipt counted: { $amount } counts.
state-credited-too-little-sentence = { $returned } was returned and { $left } is left: that is too little by the rules, and the purchase does not count.
step-wait-until = Please wait until { $at }: the app will check by itself.

change-captured = The receipt was saved on the phone.
change-sent = The receipt was sent to the gallery.
change-sent-known = The receipt was sent to the gallery: you already have it counted.
change-pending = The gallery took the receipt and asks the tax service about it.
change-credited = The receipt was counted.
change-credited-return = The return was linked to its purchase, and its sum no longer counts.
change-rejected = The receipt was not counted.
change-reversed = The purchase was returned in full and no longer counts.
change-unknown = This version of the app does not know this change.

effect-same-tier = The tier { $after } has not changed; { $sum_before } counted before, { $sum_after } counts now.
effect-other-tier = The tier was { $before } and became { $after }; { $sum_before } counted before, { $sum_after } counts now.
effect-valid-until = The tier was valid through { $before }, and now through { $after }.
effect-keep-by = The tier could be kept by { $before }, and now by { $after }.

## What to do

step-nothing = There is nothing to do.
step-wait-appeal = The appeal is sent: the gallery’s answer will be shown here.
step-appeal = Ask the gallery to check the receipt again.
step-shorten = Make it shorter and send it again.
step-wait = Please wait: the app will check by itself.
step-show-at-desk = Please show the receipt at the gallery’s reception desk.
step-ask-at-desk = Please ask at the gallery’s reception desk.
step-update-app = Please update the app.
step-scan-again = Please scan the receipt again; if it has no code, show it at the reception desk.
step-scan-paper-receipt = Please scan the QR code on the paper receipt.
step-scan-another-receipt = Please scan another receipt that was issued in the gallery.
step-enter-by-hand = Please enter the details by hand, as they are printed on the receipt.
step-check-clock = Please check the date and time in the phone’s settings and try again.
step-choose-another-event = Please choose another event.
step-try-later = Please try again later.
step-contact-support = Please tell this code at the gallery’s reception desk.

## A code that is no receipt

code-empty = There is nothing in the code.
code-too-long = The code holds more text than a receipt has.
code-not-text = The code holds binary data, not text.
code-control-characters = The code has control characters, which receipts never have.
code-not-a-receipt = This is a QR code, but not a receipt.
code-operator-link = { $operator ->
    [other] This is a link to an electronic receipt, it lacks some of the details: { $missing }.
   *[named] This is a fiscal data operator’s link ({ $operator }), it lacks some of a receipt’s details: { $missing }.
}
code-operator-link-unreadable = { $operator ->
    [other] This is a link to an electronic receipt: its details are not written as in a receipt’s QR code.
   *[named] This is a fiscal data operator’s link ({ $operator }): its details are not written as in a receipt’s QR code.
}
code-foreign-receipt = This is another country’s receipt ({ $country ->
    [AL] Albania
    [AM] Armenia
    [AZ] Azerbaijan
    [BY] Belarus
    [GE] Georgia
    [HR] Croatia
    [KG] Kyrgyzstan
    [KZ] Kazakhstan
    [MD] Moldova
    [ME] Montenegro
    [RS] Serbia
    [TJ] Tajikistan
    [UA] Ukraine
    [UZ] Uzbekistan
   *[other] { $country }
}): the programme takes receipts of the gallery in Moscow.
code-broken-generator = The till wrote date and sum in a wrong way: the sum cannot be read unambiguously.
code-missing-field = The code lacks the detail “{ $field }”.
code-bad-field = The detail “{ $field }” is malformed.
code-contradictory-field = The detail “{ $field }” stands twice, and differs.
requisite = { $field ->
    [issued_at] date and time
    [total] total
    [drive_number] ФН
    [document_number] ФД
    [fiscal_sign] ФП
   *[operation] kind of operation
}
code-no-code = No QR code was found in the picture.

## A receipt that cannot be taken now

check-in-the-future = The receipt’s date has not come yet.
check-too-old = The receipt is { $age } old. The programme takes receipts up to { $limit ->
    [one] { $limit } day
   *[other] { $limit } days
} old.
check-too-old-for-programme = The receipt is { $age } old: the programme does not take receipts as old as that.
check-unsupported-operation = This is no purchase: the programme takes receipts of sales and of their returns.
check-total-out-of-range = The receipt’s total is out of range.

## A receipt typed in by hand

entry-issued-at-missing = Please enter the receipt’s date and time, for instance 14.03.2026 13:52.
entry-issued-at-malformed = The date and time cannot be read. Please enter them like this: 14.03.2026 13:52.
entry-issued-at-ambiguous = The date can be read in two ways. Please enter all four digits of the year: 14.03.2026 13:52.
entry-issued-at-out-of-range = There is no such date or time. Please compare them with the receipt.
entry-total-missing = Please enter the receipt’s total, for instance 1691.16.
entry-total-malformed = The total cannot be read. Please enter it in digits, for instance 1691.16.
entry-total-ambiguous = The total can be read in two ways. Please enter it with kopecks and without spaces: 1691.16.
entry-drive-number-missing = Please enter the receipt’s ФН, usually 16 digits.
entry-drive-number-malformed = ФН has only digits. Please compare it with the receipt.
entry-drive-number-out-of-range = ФН has no more than 16 digits. Please compare it with the receipt.
entry-document-number-missing = Please enter the receipt’s ФД.
entry-document-number-malformed = ФД has only digits. Please compare it with the receipt.
entry-document-number-out-of-range = No receipt has so large a ФД. Please compare it with the receipt.
entry-fiscal-sign-missing = Please enter the receipt’s ФП (ФПД), up to 10 digits.
entry-fiscal-sign-malformed = ФП (ФПД) has only digits. Please compare it with the receipt.
entry-fiscal-sign-out-of-range = No receipt has so large a ФП (ФПД). Please compare it with the receipt.
entry-operation-malformed = Please enter “приход” or “возврат прихода” as on the receipt, or leave the field empty.

## What would help a picture that shows no code

advice-too-dark = It is too dark: find more light or turn on the torch.
advice-cut-off = The code is cut off: move the phone so that all of it is in the picture.
advice-come-closer = The code is too small in the picture: come closer.
advice-glare = A glare hides a part of the code: tilt the receipt or the phone a little.
advice-too-blurred = The picture is blurred: hold the phone still and let it focus.
advice-hold-flat = The paper is bent: smooth the receipt and hold it flat.

## A picture that cannot be read

image-empty = The file is empty.
image-not-a-picture = This is no picture.
image-unsupported-format = This kind of picture is not supported: JPEG, PNG and WebP are.
image-too-large = The picture is too large.
image-truncated = The picture was not loaded to its end.
image-damaged = The picture is damaged.
step-choose-another-picture = Please choose another picture.

## Registration for an event

registration-registering = Waiting for confirmation
registration-confirmed = Your place is confirmed
registration-refused = No place
registration-cancelling = Being cancelled
registration-cancelled = Cancelled
registration-unknown = Update the app to see the state

registration-sentence-registering = The request is saved on the phone and will go by itself as soon as there is a connection.
registration-sentence-confirmed = Please show the ticket’s code at the door.
registration-sentence-refused = The gallery has not confirmed a place.
registration-sentence-cancelling = The cancellation is saved on the phone and will go by itself as soon as there is a connection.
registration-sentence-cancelled = The place is free again.
registration-sentence-unknown = This version of the app does not know this state.

registration-reason-event-full = All places at this event are taken.
registration-reason-registration-not-open = Registration for this event is not open yet.
registration-reason-registration-closed = Registration for this event is closed.
registration-reason-not-for-this-tier = This event is for members of another tier.
registration-reason-event-unknown = There is no such event any more.
registration-reason-event-started = The event has started, the place can no longer be cancelled.
registration-reason-unknown = The reason is a new one that this version of the app does not know.

## The card for wallets

pass-damaged = The wallet card arrived damaged and was not added.
pass-changed = The card’s content is not what the gallery signed, and it was not added.
pass-untrusted = The card’s signature is not the gallery’s, and it was not added.
pass-not-yours = The card is of another member or tier, and was not added.
pass-expired = This card is no longer valid.
pass-clock = By the phone’s clock the card’s signature is not valid yet.
save-link-refused = The link for Google Wallet is malformed and was not opened.

## The queue

queue-wedged = Not sent
queue-waiting = Waiting to be sent
queue-waiting-sentence = It is saved on the phone and will go by itself.
queue-title-unknown = An entry newer than this version of the app
queue-title-receipt = Receipt of { $amount }, { $date }
queue-title-appeal = Appeal about the receipt of { $amount }, { $date }
queue-title-appeal-part = Photograph { $number } of an appeal
queue-title-registration = Registration for “{ $title }”
queue-title-cancellation = Cancellation for “{ $title }”
queue-title-feed-read = A news item marked as read
queue-title-consent-given-processing = Consent to the processing of data
queue-title-consent-given-advertising = Consent to advertising
queue-title-consent-given-analytics = Consent to analytics
queue-title-consent-given-unknown = Consent
queue-title-consent-withdrawn-processing = Withdrawal of the consent to the processing of data
queue-title-consent-withdrawn-advertising = Withdrawal of the consent to advertising
queue-title-consent-withdrawn-analytics = Withdrawal of the consent to analytics
queue-title-consent-withdrawn-unknown = Withdrawal of a consent
queue-title-event-unknown = untitled
queue-count = { $count ->
    [one] { $count } entry is waiting to be sent.
   *[other] { $count } entries are waiting to be sent.
}
queue-all-wedged = { $count ->
    [one] { $count } entry could not be sent: see what to do with it.
   *[other] { $count } entries could not be sent: see what to do with them.
}
queue-stopped-sending = Sending.
queue-stopped-nobody-signed-in = Sign in to send.
queue-stopped-offline = There is no connection: it will go by itself as soon as there is one.
queue-stopped-busy = The gallery is busy: it will go by itself a little later.
queue-stopped-unreachable = The gallery does not answer: the app will try again by itself.
queue-stopped-sign-in-needed = Sign in again to send.
queue-stopped-locked = Unlock the phone to send.
queue-stopped-update-needed = Update the app to send: nothing is lost.
queue-stopped-another-process = Sending in the background.
queue-stopped-budget-spent = It will go by itself a little later.

## The account

consent-fault-consent-required = There is no membership without this consent. To take it back, delete the account.
consent-fault-consent-outdated = Please read the text of the consent first: it has changed or was not shown yet.
consent-fault-unknown = The gallery did not take the decision, for a reason that this version of the app does not know.

card-link-fault-card-unknown = There is no such card. Please check the number: it is printed on the card.
card-link-fault-card-blocked = This card is blocked, and was not linked.
card-link-fault-card-linked-to-another = This card is linked to another member already.
card-link-fault-phone-not-unique = The gallery has several cards with this phone. Please enter the card’s number.
card-link-fault-unknown = The card was not linked, for a reason that this version of the app does not know.

account-deletion = { $unsent ->
    [0] The membership will end: tier, receipts, card and registrations will be deleted and cannot be restored.
    [one] The membership will end: tier, receipts, card and registrations will be deleted and cannot be restored. { $unsent } action was not sent yet and will be lost.
   *[other] The membership will end: tier, receipts, card and registrations will be deleted and cannot be restored. { $unsent } actions were not sent yet and will be lost.
}

## Notices about the phone itself

notice-recovered = The data on this phone was recovered
notice-sentence-recovered = { $saved ->
    [0] The app’s file on this phone was damaged. No unsent actions were found in it; receipts, events and the card will be loaded again from the gallery.
    [one] The app’s file on this phone was damaged. { $saved } unsent action was saved and will go by itself; the rest will be loaded again from the gallery.
   *[other] The app’s file on this phone was damaged. { $saved } unsent actions were saved and will go by themselves; the rest will be loaded again from the gallery.
}
notice-step-recovered = Please check that your latest receipts are all there. If one is missing, scan it again: it will not count twice.
notice-unknown = A message of a newer version
notice-sentence-unknown = This version of the app does not know this message.
notice-step-unknown = Please update the app.

## The rules, as a member reads them

category = { $id ->
    [beauty] beauty
    [fashion] fashion
    [home] home
    [jewellery] jewellery
    [kids] children
    [restaurants] restaurants
    [services] services
    [tobacco] tobacco
   *[other] { $id }
}

rulebook-category = “{ $name }”

rulebook-title-about = About these rules
rulebook-title-tiers = Tiers
rulebook-title-benefits = Benefits
rulebook-title-counting = What counts
rulebook-title-keeping = How a tier is kept
rulebook-title-receipts = Which receipts are taken

rulebook-effective-from = Version { $version } applies from { $day }.

rulebook-tier-first = { $tier } is every member’s tier.
rulebook-tier = { $tier }: { $need }.
rulebook-need-sum = purchases of at least { $amount }
rulebook-need-category-sum = purchases of at least { $amount } in the category { $category }
rulebook-need-visits = { $count ->
    [one] at least { $number } day with a purchase
   *[other] at least { $number } days with a purchase
}
rulebook-need-receipts = { $count ->
    [one] at least { $number } purchase that counts
   *[other] at least { $number } purchases that count
}
rulebook-need-points = { $count ->
    [one] at least { $number } point
   *[other] at least { $number } points
}
rulebook-all-of = { $parts } and { $last }
rulebook-any-of = { $parts } or { $last }
rulebook-points = Points do not depend on the period: all that have not expired count.
rulebook-upgrade = A tier is reached as soon as its requirements are met.

rulebook-benefit = { $tier }: { $text }

rulebook-period-rolling-months = { $count ->
    [1] The purchases of the last month count, today included.
    [one] The purchases of the last { $number } month count, today included.
   *[other] The purchases of the last { $number } months count, today included.
}
rulebook-period-rolling-days = { $count ->
    [1] The purchases of today count.
    [one] The purchases of the last { $number } day count, today included.
   *[other] The purchases of the last { $number } days count, today included.
}
rulebook-period-calendar-year = The purchases since the beginning of the calendar year count.
rulebook-period-anniversary = The purchases since the last anniversary of joining count, in the first year those since joining.
rulebook-period-lifetime = The purchases of all time count.
rulebook-min-receipt-original-date = A purchase counts if it is at least { $amount } after returns.
rulebook-min-receipt-return-date = A purchase counts if it is at least { $amount }; returns do not change this.
rulebook-excluded = { $count ->
    [1] Purchases in the category { $categories } do not count.
   *[other] Purchases in the categories { $categories } do not count.
}
rulebook-returns-original-date = A return makes the purchase smaller, as if it had been so from the beginning.
rulebook-returns-return-date = A return is taken off on the day on which it is made.
rulebook-campaign-days = from { $from } to { $until }
rulebook-campaign = { $count ->
    [0] Campaign { $days }: purchases count { $how }.
    [1] Campaign { $days }: purchases in the category { $categories } count { $how }.
   *[other] Campaign { $days }: purchases in the categories { $categories } count { $how }.
}
rulebook-campaign-how = { $percent ->
    [200] double
    [300] triple
   *[other] { $number } times
}
rulebook-campaigns = Where campaigns coincide one of them applies, the best.

rulebook-validity-daily = A tier is kept for as long as its requirements are met; this is checked every day.
rulebook-validity-calendar-year = A tier lasts until the end of the calendar year.
rulebook-validity-anniversary = A tier lasts until the next anniversary of joining.
rulebook-validity-months = { $count ->
    [one] A tier lasts { $number } month, counted from the day on which it is reached or renewed.
   *[other] A tier lasts { $number } months, counted from the day on which it is reached or renewed.
}
rulebook-validity-next-year-end = A tier lasts until the end of the next calendar year.
rulebook-validity-forever = A tier that was reached is kept for ever.
rulebook-renewal = A tier is renewed if its requirements are met on the last day.
rulebook-renewal-anew = With its end everything begins anew: earlier purchases do not renew a tier.
rulebook-grace = { $count ->
    [one] If a tier’s requirements are not met, it is kept for { $number } more day and checked again.
   *[other] If a tier’s requirements are not met, it is kept for { $number } more days and checked again.
}
rulebook-downgrade-by-balance = A tier whose requirements are no longer met falls to the one whose requirements are met.
rulebook-downgrade-one-step = A tier whose requirements are no longer met falls by one step.
rulebook-downgrade-never = When its time is over, a tier is renewed: it does not fall.

rulebook-max-age = { $count ->
    [0] Only receipts of today are taken.
    [one] Receipts up to { $number } day old are taken.
   *[other] Receipts up to { $number } days old are taken.
}
rulebook-not-found-after = { $count ->
    [0] A receipt that the tax service does not find at once does not count.
    [one] A receipt that the tax service has not found for { $number } day does not count.
   *[other] A receipt that the tax service has not found for { $number } days does not count.
}

## Reminders

reminder-approach = You are close to { $tier }. The app shows what is left.
reminder-approach-stale = As of { $known } you are close to { $tier }. The app shows what is left now.
reminder-approach-sum = { $count ->
    [one] { $figure } remains to { $tier }.
   *[other] { $figure } remain to { $tier }.
}
reminder-approach-visits = { $count ->
    [one] { $figure } day with purchases to go to { $tier }.
   *[other] { $figure } days with purchases to go to { $tier }.
}
reminder-approach-receipts = { $count ->
    [one] { $figure } receipt to go to { $tier }.
   *[other] { $figure } receipts to go to { $tier }.
}
reminder-approach-points = { $count ->
    [one] { $figure } point to go to { $tier }.
   *[other] { $figure } points to go to { $tier }.
}

reminder-keep = To keep { $tier }, its conditions are to be met by the end of { $by }. The app shows what is left.
reminder-keep-stale = As of { $known }, to keep { $tier } its conditions are to be met by the end of { $by }. The app shows what is left now.
reminder-keep-sum = { $count ->
    [one] { $figure } by the end of { $by } keeps { $tier }.
   *[other] { $figure } by the end of { $by } keep { $tier }.
}
reminder-keep-visits = { $count ->
    [one] { $figure } more day with purchases by the end of { $by } will keep { $tier }.
   *[other] { $figure } more days with purchases by the end of { $by } will keep { $tier }.
}
reminder-keep-receipts = { $count ->
    [one] { $figure } more receipt by the end of { $by } will keep { $tier }.
   *[other] { $figure } more receipts by the end of { $by } will keep { $tier }.
}
reminder-keep-points = { $count ->
    [one] { $figure } more point by the end of { $by } will keep { $tier }.
   *[other] { $figure } more points by the end of { $by } will keep { $tier }.
}

reminder-fall = Your tier is { $tier } since { $since }. Before that it was { $from }.
reminder-fall-stale = As of { $known }, your tier is { $tier } since { $since }; before that it was { $from }. The app shows what it is now.

reminder-points = { $by } is the last day of some of your points. The app shows how many.
reminder-points-stale = As of { $known }, { $by } is the last day of some of your points. The app shows how many there are now.
reminder-points-points = { $count ->
    [one] { $figure } point is valid to the end of { $by } and expires then.
   *[other] { $figure } points are valid to the end of { $by } and expire then.
}

reminder-grant = { $tier } was given to you to the end of { $by }.
reminder-grant-stale = As of { $known }, { $tier } was given to you to the end of { $by }.

## Appeals

appeal-waiting = Being sent
appeal-open = Being looked at
appeal-accepted = Accepted
appeal-declined = Declined
appeal-refused = Not taken
appeal-unknown = Appeal
appeal-sentence-waiting = The appeal is saved and will be sent by itself as soon as there is a connection.
appeal-sentence-open = The gallery checks the receipt again; its answer will be shown here.
appeal-sentence-open-photographs = The gallery has the appeal; { $count ->
    [one] { $count } photograph is still being sent.
   *[other] { $count } photographs are still being sent.
}
appeal-sentence-accepted = The gallery agreed with the appeal.
appeal-sentence-declined = The gallery has checked the receipt: the decision stands.
appeal-sentence-refused = The gallery did not take the appeal.
appeal-sentence-unknown = The state of the appeal is newer than this version of the app.
appeal-receipt = Receipt of { $amount }, { $at }
appeal-requisites = FN { $drive }, FD { $document }, FP { $sign }
appeal-fault-not-decided = The gallery has not decided about this receipt yet.
appeal-fault-nothing-to-appeal = All of this receipt counts.
appeal-fault-appeal-open = There is an appeal about this receipt already, without an answer yet.
appeal-fault-appeal-answered = The gallery has already answered an appeal about this receipt.
appeal-fault-unknown = The gallery did not take the appeal for a reason that this version of the app does not know.
appeal-fault-comment-too-long = The comment is longer than { $most ->
    [one] { $most } character.
   *[other] { $most } characters.
}
appeal-fault-too-many-photographs = No more than { $most ->
    [one] { $most } photograph can be added.
   *[other] { $most } photographs can be added.
}
appeal-fault-photograph = Photograph { $number } cannot be used. { $reason }
