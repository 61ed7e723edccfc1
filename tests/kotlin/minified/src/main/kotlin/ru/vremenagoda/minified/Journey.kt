package ru.vremenagoda.minified

import java.nio.ByteBuffer
import java.nio.file.Files
import java.nio.file.Path
import java.util.concurrent.ConcurrentHashMap
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.runBlocking
import ru.vremenagoda.ffi.Capture
import ru.vremenagoda.ffi.CodeContent
import ru.vremenagoda.ffi.Config
import ru.vremenagoda.ffi.Connectivity
import ru.vremenagoda.ffi.ConsentChoice
import ru.vremenagoda.ffi.CoreException
import ru.vremenagoda.ffi.Language
import ru.vremenagoda.ffi.LogRecord
import ru.vremenagoda.ffi.LogSink
import ru.vremenagoda.ffi.PictureOutcome
import ru.vremenagoda.ffi.Ports
import ru.vremenagoda.ffi.SecureStore
import ru.vremenagoda.ffi.SecureStoreException
import ru.vremenagoda.ffi.SignInFault
import ru.vremenagoda.ffi.Work
import ru.vremenagoda.kit.Vremena

/**
 * A member's day as an app of its own: every way in which the core is called, and in which it calls back. The arguments
 * are a folder, the gallery's address, and a picture of a receipt; the code of the sign-in comes by the standard input.
 */
fun main(arguments: Array<String>): Unit = runBlocking {
    val (folder, gallery, picture) = arguments
    val secrets = Secrets()
    val app = Vremena.open(
        Config(directory = folder, baseUrl = gallery, language = Language.RU, work = Work.ON_DEMAND),
        Ports(secureStore = secrets, connectivity = Online(), log = Lines()),
    )
    signsIn(app)
    scans(app, ByteBuffer.wrap(Files.readAllBytes(Path.of(picture))))
    isDrained(app)
    locks(app, secrets)
    app.shutDown()
    println("the end")
}

private suspend fun signsIn(app: Vremena) {
    val phone = "+79000000000"
    app.account.decideConsents(app.account.consentDocuments().map { ConsentChoice(it.purpose, it.required) })
    app.account.requestCode(phone)
    println("code?")
    val code = readln()
    try {
        app.account.signIn(phone, code.reversed() + "0")
        error("a wrong code was taken")
    } catch (error: CoreException) {
        when (error) {
            is CoreException.SignIn -> check(error.fault is SignInFault.WrongCode) { "$error" }
            else -> throw error
        }
    }
    println("signed in: ${app.account.signIn(phone, code).tier}")
    check(app.sync.pull().changed)
}

private suspend fun scans(app: Vremena, picture: ByteBuffer) {
    val seen = app.scanner.picture(picture)
    check(seen is PictureOutcome.Codes) { "$seen" }
    val code = seen.codes[seen.best.toInt()]
    check(code.content is CodeContent.Receipt) { "${code.content}" }
    val captured = app.receipts.captureText(code.text)
    check(captured is Capture.Captured) { "$captured" }
    println("captured: ${app.texts.money(captured.receipt.total)}")
    check(app.receipts.observe().first { it.queued == 1u }.recent.single() == captured.receipt)
}

private suspend fun isDrained(app: Vremena) {
    check(app.outbox.drain().sent == 1u)
    check(app.home.state.first { it?.queue?.waiting == 0u }?.member != null)
    println("card: ${app.wallet.card()?.status}")
}

private suspend fun locks(app: Vremena, secrets: Secrets) {
    secrets.isLocked = true
    try {
        app.account.signOut()
        error("a locked store was written to")
    } catch (_: CoreException.Locked) {
        println("locked")
    }
    secrets.isLocked = false
}

private class Secrets : SecureStore {
    private val values = ConcurrentHashMap<String, ByteArray>()

    @Volatile
    var isLocked = false

    override fun load(key: String): ByteArray? = unlocked { values[key] }

    override fun save(key: String, value: ByteArray) = unlocked { values[key] = value }

    override fun remove(key: String) {
        unlocked { values.remove(key) }
    }

    private fun <T> unlocked(call: () -> T): T = if (isLocked) throw SecureStoreException.Locked() else call()
}

private class Online : Connectivity {
    override fun isOnline(): Boolean = true
}

private class Lines : LogSink {
    override fun log(record: LogRecord) = println("${record.level} ${record.message}")
}
