package ru.vremenagoda.ffi.support

import java.time.Duration
import ru.vremenagoda.ffi.Config
import ru.vremenagoda.ffi.Receipt
import ru.vremenagoda.ffi.ReceiptState
import ru.vremenagoda.testing.Lent
import ru.vremenagoda.testing.PATIENCE
import ru.vremenagoda.testing.PHONE
import ru.vremenagoda.testing.Sandbox
import ru.vremenagoda.testing.inSandbox
import ru.vremenagoda.testing.receiptText
import ru.vremenagoda.testing.until

/** Runs a test against a gallery of its own; whatever becomes of it, nothing is left behind. */
internal fun inGallery(
    patience: Duration = PATIENCE.multipliedBy(2),
    tls: Boolean = false,
    test: suspend Gallery.() -> Unit,
): Unit = inSandbox(Gallery(tls), patience, test = test)

/** The sandbox, and the phones that know it. */
internal class Gallery(tls: Boolean) : Sandbox(tls) {
    private val phones = mutableListOf<Phone>()

    suspend fun phone(config: Config = config(), lent: Lent = Lent()): Phone =
        Phone.open(config, lent).also(phones::add)

    /** A phone on which this member is signed in and up to date. */
    suspend fun signedIn(phoneNumber: String = PHONE, config: Config = config(), lent: Lent = Lent()): Phone {
        val phone = phone(config, lent)
        signIn(phone, phoneNumber)
        phone.sync.pull()
        return phone
    }

    suspend fun signIn(phone: Phone, phoneNumber: String = PHONE) {
        phone.consent()
        phone.account.requestCode(phoneNumber)
        phone.account.signIn(phoneNumber, admin.code(phoneNumber))
    }

    /** The app is killed, and started again on the same files. */
    suspend fun restarted(phone: Phone, config: Config = phone.config): Phone {
        phone.close()
        return phone(config, phone.lent)
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
            phone.sync.pull()
            val receipts = phone.receipts.page(null, 200u)
            if (receipts.all { it.state != ReceiptState.PENDING || it.reason != null }) return receipts
        }
        error("the tax service has not answered")
    }

    /** The first receipt of `phone`, which the gallery has rejected. */
    suspend fun rejected(phone: Phone): Receipt {
        phone.capture(receiptText(1))
        phone.drained()
        reject()
        phone.sync.pull()
        return phone.receipts.page(null, 1u).single()
    }

    /** Gives the member of `phone` twelve points, to the end of March. */
    suspend fun points(phone: Phone) {
        givePoints(checkNotNull(phone.account.member()).memberId)
        phone.sync.pull()
    }

    override suspend fun endPhones() = phones.forEach { it.shutDown() }
}
