"""The words of the workbook in nynorsk, bokmål, Swedish and English."""
