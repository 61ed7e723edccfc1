package ru.vremenagoda.ffi

import java.time.Duration
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertNotNull
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.assertInstanceOf
import org.junit.jupiter.api.assertThrows
import ru.vremenagoda.ffi.support.inGallery
import ru.vremenagoda.testing.OTHER_PHONE
import ru.vremenagoda.testing.PHONE
import ru.vremenagoda.testing.receiptText

class SignInErrorsTest {
    @Test
    fun `what is no phone number is refused without asking anybody`() = inGallery {
        val phone = phone()
        for (number in listOf("", "12", "no number", "+7 900 000")) {
            val refused = assertThrows<CoreException.SignIn>(number) { phone.account.requestCode(number) }
            assertEquals(SignInFault.InvalidPhone, refused.fault)
        }
        assertEquals(0, admin.requests("POST", "/v1/auth/code"))
    }

    @Test
    fun `a wrong code counts the tries down until there are too many`() = inGallery {
        val phone = phone()
        phone.consent()
        phone.account.requestCode(PHONE)
        val wrong = if (admin.code(PHONE) == "0000") "0001" else "0000"
        val left = mutableListOf<UInt>()
        var fault: SignInFault
        do {
            fault = assertThrows<CoreException.SignIn> { phone.account.signIn(PHONE, wrong) }.fault
            if (fault is SignInFault.WrongCode) left += checkNotNull(fault.attemptsLeft)
        } while (fault is SignInFault.WrongCode)
        assertNotNull(assertInstanceOf<SignInFault.TooManyTries>(fault).retryAfter)
        assertTrue(left.size >= 3 && left.zipWithNext().all { (before, after) -> after == before - 1u }, "$left")
        assertThrows<CoreException.SignIn>("the right code comes too late") {
            phone.account.signIn(PHONE, admin.code(PHONE))
        }
        assertNull(phone.account.member())
    }

    @Test
    fun `a code expires, and no second one is sent at once`() = inGallery {
        val phone = phone()
        phone.consent()
        val asked = phone.account.requestCode(PHONE)
        val again = assertThrows<CoreException.SignIn> { phone.account.requestCode(PHONE) }.fault
        assertTrue(assertInstanceOf<SignInFault.TooManyTries>(again).retryAfter!! <= asked.resendAfter)
        val code = admin.code(PHONE)
        assertEquals(asked.codeLength.toInt(), code.length)
        timePasses(phone, asked.expiresIn + Duration.ofSeconds(1))
        val late = assertThrows<CoreException.SignIn> { phone.account.signIn(PHONE, code) }
        assertEquals(SignInFault.CodeExpired, late.fault)
    }

    @Test
    fun `a locked store means later, and never signed out`() = inGallery {
        val phone = signedIn()
        phone.capture(receiptText(1))
        phone.lent.secureStore.breaks("load", SecureStoreException.Locked())
        assertThrows<CoreException.Locked> { phone.sync.pull() }
        val report = phone.outbox.drain(DrainBudget())
        assertEquals(Stop.LOCKED to 1u, report.stopped to report.remaining)
        assertNotNull(phone.account.member())
        phone.lent.secureStore.isMended()
        phone.drained()
        val complaints = phone.lent.log.complaints
        assertTrue(complaints.isEmpty(), "a locked store is no fault: $complaints")
    }

    @Test
    fun `the next member sees nothing of the first one, whose queue waits for them`() = inGallery {
        val phone = signedIn()
        phone.capture(receiptText(1))
        phone.account.signOut()
        assertNull(phone.account.member())
        signIn(phone, OTHER_PHONE)
        assertEquals(emptyList<Receipt>(), phone.receipts.page(null, 10u))
        assertEquals(0u, phone.outbox.drain(DrainBudget()).remaining)
        timePasses(phone, Duration.ofMinutes(2))
        signIn(phone)
        assertEquals(1u, phone.outbox.drain(DrainBudget()).sent)
    }
}
