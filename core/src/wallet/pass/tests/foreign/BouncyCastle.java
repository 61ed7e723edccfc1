import java.io.FileInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import org.bouncycastle.cert.jcajce.JcaCertStore;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.CMSSignedDataGenerator;
import org.bouncycastle.cms.jcajce.JcaSignerInfoGeneratorBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;

/** Signs pass/manifest.json as issuers in Java do, with the defaults of Bouncy Castle. Run by make.sh. */
class BouncyCastle {
    public static void main(String[] arguments) throws Exception {
        var leaf = certificate("rsa.pem");
        var pem = Files.readString(Path.of("rsa.key")).replaceAll("-----[^-]*-----|\\s", "");
        var key = KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(pem)));
        var generator = new CMSSignedDataGenerator();
        generator.addSignerInfoGenerator(
            new JcaSignerInfoGeneratorBuilder(new JcaDigestCalculatorProviderBuilder().build())
                .build(new JcaContentSignerBuilder("SHA256withRSA").build(key), leaf));
        generator.addCertificates(new JcaCertStore(List.of(leaf, certificate("intermediate.pem"))));
        var manifest = new CMSProcessableByteArray(Files.readAllBytes(Path.of("pass/manifest.json")));
        Files.write(Path.of("pass/signature"), generator.generate(manifest).getEncoded());
    }

    private static X509Certificate certificate(String file) throws Exception {
        try (var input = new FileInputStream(file)) {
            return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(input);
        }
    }
}
