package ru.vremenagoda.stranger.support

import java.time.Duration
import ru.vremenagoda.ffi.Config
import ru.vremenagoda.ffi.ConsentChoice
import ru.vremenagoda.ffi.Receipt
import ru.vremenagoda.ffi.ReceiptState
import ru.vremenagoda.ffi.Work
import ru.vremenagoda.testing.Lent
import ru.vremenagoda.testing.PATIENCE
import ru.vremenagoda.testing.PHONE
import ru.vremenagoda.testing.Sandbox
import ru.vremenagoda.testing.inSandbox

/** Runs a test against a gallery of its own; whatever becomes of it, nothing is left behind. */
fun inGallery(patience: Duration = PATIENCE.multipliedBy(2), test: suspend Gallery.() -> Unit): Unit =
    inSandbox(Gallery(), patience, test = test)

/** The sandbox, and the phones that know it. */
class Gallery : Sandbox() {
    private val phones = mutableListOf<Phone>()

    suspend fun phone(config: Config = config(), lent: Lent = Lent()): Phone =
        Phone.open(config, lent).also(phones::add)

    /** A phone on which this member is signed in and up to date. */
    suspend fun signedIn(phoneNumber: String = PHONE, config: Config = config(), lent: Lent = Lent()): Phone {
        val phone = phone(config, lent)
        signIn(phone, phoneNumber)
        if (config.work == Work.ON_DEMAND) phone.app.sync.pull()
        return phone
    }

    suspend fun signIn(phone: Phone, phoneNumber: String = PHONE) {
        val account = phone.app.account
        account.decideConsents(account.consentDocuments().map { ConsentChoice(it.purpose, it.required) })
        account.requestCode(phoneNumber)
        account.signIn(phoneNumber, admin.code(phoneNumber))
    }

    /** Time passes for the gallery and for `phone`. */
    suspend fun timePasses(phone: Phone, by: Duration) {
        admin.advance(by)
        phone.lent.clock.advance(by)
    }

    /** Half hours pass until the tax service has answered for everything that `phone` waits for. */
    suspend fun decided(phone: Phone): List<Receipt> {
        repeat(8) {
            timePasses(phone, Duration.ofMinutes(30))
            phone.app.sync.pull()
            val receipts = phone.app.receipts.page()
            if (receipts.all { it.state != ReceiptState.PENDING || it.reason != null }) return receipts
        }
        error("the tax service has not answered")
    }

    override suspend fun endPhones() = phones.forEach { it.app.shutDown() }
}
