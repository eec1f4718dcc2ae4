using System.Text;
using Hotline.Hosting;
using QRCoder;

namespace Hotline.Desk.Pages;

/// <summary>A QR code as inline SVG: no image is loaded, and none is kept.</summary>
internal static class QrCode
{
    public static Html Of(string text)
    {
        using var data = QRCodeGenerator.GenerateQrCode(text, QRCodeGenerator.ECCLevel.M);
        var path = new StringBuilder();
        for (var y = 0; y < data.ModuleMatrix.Count; y++)
        {
            for (var x = 0; x < data.ModuleMatrix[y].Count; x++)
            {
                if (data.ModuleMatrix[y][x])
                {
                    path.Append(System.Globalization.CultureInfo.InvariantCulture, $"M{x} {y}h1v1h-1z");
                }
            }
        }

        return Html.Of($"""<svg class="qr" role="img" aria-label="二维码，内容与下面的地址相同" viewBox="0 0 {data.ModuleMatrix.Count} {data.ModuleMatrix.Count}"><path d="{path.ToString()}"></path></svg>""");
    }
}
